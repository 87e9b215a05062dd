"""fastcgi.py - a FastCGI program, started on a socket of its own, and requests to it.

Requests go as fast-cgi.com's specification 1.0 says; parameters may hold any bytes.
"""
import os
import socket
import struct
import subprocess

BEGIN, END, PARAMS, STDIN, STDOUT, STDERR = 1, 3, 4, 5, 6, 7


def record(kind, content=b''):
    """As many records as the content needs; an empty one ends a stream."""
    out = b''
    for at in range(0, len(content) or 1, 65528):
        part = content[at:at + 65528]
        out += struct.pack('>BBHHBB', 1, kind, 1, len(part), 0, 0) + part
    return out


def size(n):
    return struct.pack('>B', n) if n < 128 else struct.pack('>I', n | 1 << 31)


class Program:
    def __init__(self, path, address, environment, log):
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(address)
        listener.listen(8)
        self.address = address
        self.process = subprocess.Popen([path], stdin=listener, stdout=subprocess.DEVNULL,
                                        stderr=log, env=environment)
        listener.close()

    def ask(self, parameters, body=b'', seconds=60):
        """What came on stdout and on stderr."""
        pairs = b''.join(size(len(n)) + size(len(v)) + n + v for n, v in parameters.items())
        sent = record(BEGIN, struct.pack('>HB5x', 1, 0)) + record(PARAMS, pairs)
        sent += record(PARAMS) if pairs else b''
        sent += (record(STDIN, body) if body else b'') + record(STDIN)
        with socket.socket(socket.AF_UNIX) as s:
            s.settimeout(seconds)
            s.connect(self.address)
            try:
                s.sendall(sent)
            except BrokenPipeError:
                pass  # a body that is not read; the answer is there all the same
            return self.answer(s.makefile('rb'))

    @staticmethod
    def answer(stream):
        got = {STDOUT: b'', STDERR: b''}
        while True:
            head = stream.read(8)
            if len(head) < 8:
                raise EOFError('no end of the answer')
            _, kind, _, length, padding, _ = struct.unpack('>BBHHBB', head)
            content = stream.read(length)
            stream.read(padding)
            if kind == END:
                if struct.unpack('>IB3x', content) != (0, 0):
                    raise EOFError('the answer ends with a failure')
                return got[STDOUT], got[STDERR]
            got[kind] += content

    def is_running(self):
        return self.process.poll() is None

    def limits(self):
        return limits(self.process.pid)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
        os.unlink(self.address)


def limits(pid):
    """{'Max core file size': ('0', '0'), ...}: soft and hard, as /proc tells them."""
    found = {}
    with open(f'/proc/{pid}/limits', encoding='ascii') as lines:
        for line in list(lines)[1:]:
            found[line[:26].strip()] = tuple(line[26:].split()[:2])
    return found
