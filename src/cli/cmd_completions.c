/*
 * completions: what a shell needs to complete command lines of hlsearch, from the tables.
 *
 * Commands, options, the names that an option takes, files where a file is wanted, also behind
 * a name that ends in a colon, and where INDEX is wanted folders that are one (they have a
 * manifest), behind a comma too where it may be several; nothing after `--`. Each shell
 * gets a script that needs nothing but the shell: what varies is lists made from the tables
 * here, what does not is text below. Descriptions are in the language of the moment.
 */
#include "cli/commands.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* -------------------------------------------------------------------- tables */

/* What may stand where a value or an argument is wanted. */
struct wanted {
    char words[256]; /* between blanks */
    bool files, index;
    bool several; /* INDEX may be several */
    bool heads;   /* words that end in a colon go on with a file */
};

static bool takes_value(const struct hlcli_flag *flag)
{
    return flag->kind != HLCLI_SWITCH && flag->kind != HLCLI_SET;
}

/* Adds a name to the words, if they have room: lists of names are short. */
static void add_name(struct wanted *wanted, const char *name, size_t size)
{
    size_t have = strlen(wanted->words);
    assert(have + size + 2 < sizeof wanted->words);
    if (have)
        wanted->words[have++] = ' ';
    memcpy(wanted->words + have, name, size);
    wanted->words[have + size] = 0;
}

static void add_commands(struct wanted *wanted)
{
    const struct hlcli_command *command;
    for (size_t i = 0; (command = hlcli_command_at(i)); i++)
        add_name(wanted, command->name, strlen(command->name));
}

/* A name out of a usage or a value: capitals stand for what is wanted, small letters for
 * themselves, and of "template:FILE" what can be said is "template:". */
static void add_wanted(struct wanted *wanted, const char *name, size_t size)
{
    if (size == 6 && !memcmp(name, "SOURCE", size))
        wanted->files = true;
    else if (size == 4 && !memcmp(name, "FILE", size))
        wanted->files = true;
    else if (size == 3 && !memcmp(name, "DIR", size))
        wanted->index = true;
    else if (size == 7 && !memcmp(name, "COMMAND", size))
        add_commands(wanted);
    else if (*name < 'A' || *name > 'Z') {
        size_t small = 0;
        while (small < size && (name[small] < 'A' || name[small] > 'Z'))
            small++;
        add_name(wanted, name, small);
    }
}

/* Every name between any of the signs. */
static struct wanted wanted_in(const char *names, const char *between)
{
    struct wanted wanted = {.words = ""};
    while (*(names += strspn(names, between))) {
        size_t size = strcspn(names, between);
        add_wanted(&wanted, names, size);
        names += size;
    }
    return wanted;
}

/* From what help calls the value: "FILE", "DIR", "a|b", "FILE|default|none", "a|b:FILE". */
static struct wanted value_of(const struct hlcli_command *command,
                              const struct hlcli_flag *flag)
{
    struct wanted wanted = {.words = ""};
    assert(takes_value(flag) && flag->value);
    if (strcmp(flag->value, "FIELD[:N]") != 0) {
        wanted = wanted_in(flag->value, "|");
        wanted.several = wanted.index && command->takes_several;
        wanted.heads = flag->kind == HLCLI_FORM;
        return wanted;
    }
    for (unsigned f = 0; f < HL_FACETS; f++) {
        const char *name = hl_facet_name((enum hl_facet)f);
        add_name(&wanted, name, strlen(name));
    }
    return wanted;
}

static const char *bash_index(bool index, bool several)
{
    return several ? "several" : index ? "yes" : "''";
}

/* From what the usage line calls the arguments after INDEX: "SOURCE...", "[COMMAND|syntax]". */
static struct wanted arguments_of(const struct hlcli_command *command)
{
    return wanted_in(command->arguments, "|[]. ");
}

/* The flags of a command, then those of every command that it has none of that name for;
 * those of other versions are left out. *at begins with 0; NULL at the end. */
static const struct hlcli_flag *next_flag(const struct hlcli_command *command, size_t *at)
{
    size_t own = 0;
    while (command->flags && command->flags[own].name)
        own++;
    for (;;) {
        const struct hlcli_flag *flag =
            *at < own ? &command->flags[*at] : &hlcli_common_flags[*at - own];
        bool common = *at >= own, shadowed;
        if (common && !flag->name)
            return NULL;
        ++*at;
        shadowed = common && hlcli_flag_find(command, flag->name, &common) != flag;
        if (flag->kind != HLCLI_LATER && !shadowed)
            return flag;
    }
}

/* A letter that a flag of the command has is not a common flag's any more. */
static char letter_of(const struct hlcli_command *command, const struct hlcli_flag *flag)
{
    if (!strcmp(flag->name, "help"))
        return 'h';
    for (const struct hlcli_flag *f = command->flags; f && f->name && f != flag; f++)
        if (f->letter == flag->letter && f->kind != HLCLI_LATER)
            return 0;
    return flag->letter;
}

/* "query|search" */
static void add_names(struct hlcli_text *out, const struct hlcli_command *command,
                      const char *between)
{
    hlcli_add(out, command->name);
    if (command->also)
        hlcli_add_format(out, "%s%s", between, command->also);
}

/* Between single quotes of a shell; zsh's specifications end their descriptions at ] and
 * their parts at colons. */
static void add_quoted(struct hlcli_text *out, const char *text, const char *escaped)
{
    for (; *text; text++) {
        if (*text == '\'')
            hlcli_add(out, "'\\''");
        else if (strchr(escaped, *text))
            hlcli_add_format(out, "\\%c", *text);
        else
            hlcli_add_bytes(out, text, 1);
    }
}

/* ---------------------------------------------------------------------- bash */

static const char bash_start[] =
    "# Completion of hlsearch for bash; made by: hlsearch completions bash\n"
    "# To use it in this shell:  . <(hlsearch completions bash)\n\n"
    "# Sets what the command knows: options, those that take a value, what its arguments are.\n"
    "_hlsearch_command()\n{\n    case $1 in\n";

static const char bash_values[] =
    "    *) return 1 ;;\n    esac\n}\n\n"
    "# Sets what may stand as the value of an option of a command.\n"
    "_hlsearch_value()\n{\n    case $1 in\n";

/* Bash cuts words at = and : where COMP_WORDBREAKS has them, so that --name=value comes as
 * three, and so does template:FILE; what it does not cut is put before what is found. */
static const char bash_helpers[] =
    "    *) words='yes no' ;;\n    esac\n}\n\n"
    "# Folders that are an index; where none is, those on the way to one. Behind a comma "
    "comes\n"
    "# another, unless a folder is so called.\n"
    "_hlsearch_folders()\n{\n"
    "    local folder text=$1\n    local -a all=()\n"
    "    case $text in [\\\"\\']*) text=${text:1} ;; esac\n"
    "    text=${text//\\\\/}\n"
    "    while IFS= read -r folder; do\n"
    "        all+=(\"$prefix$folder${prefix:+/}\")\n"
    "        compgen -G \"${folder/#\\~\\//$HOME/}/manifest-*\" >/dev/null &&\n"
    "            COMPREPLY+=(\"$prefix$folder\")\n"
    "    done < <(compgen -d -- \"$text\")\n"
    "    if [[ ${#all[@]} -eq 0 && $index == several && $text == *,* ]]; then\n"
    "        prefix=$prefix${text%,*},\n"
    "        _hlsearch_folders \"${text##*,}\"\n"
    "        return\n"
    "    fi\n"
    "    compopt -o filenames 2>/dev/null\n"
    "    [[ ${#COMPREPLY[@]} -gt 0 ]] && return\n"
    "    COMPREPLY=(\"${all[@]}\")\n"
    "    [[ -z $prefix ]] || compopt -o nospace 2>/dev/null\n}\n\n"
    "# Sets what may stand as the value of the option at the cursor.\n"
    "_hlsearch_option()\n{\n"
    "    index=''\n"
    "    _hlsearch_value \"$verb $option\"\n"
    "    case \" $words \" in *\" ${current%%:*}: \"*)\n"
    "        head=${current%%:*}: prefix=$prefix${current%%:*}: current=${current#*:} ;;\n"
    "    esac\n"
    "    if [[ -n $head ]]; then\n"
    "        case \" $words \" in *\" $head \"*) files=yes ;; esac\n"
    "        words=''\n"
    "    fi\n}\n\n"
    "_hlsearch_files()\n{\n"
    "    local file\n"
    "    if [[ -z $prefix ]]; then\n"
    "        compopt -o default 2>/dev/null # names of files are readline's to quote\n"
    "        return\n"
    "    fi\n"
    "    while IFS= read -r file; do\n"
    "        COMPREPLY+=(\"$prefix$file\")\n"
    "    done < <(compgen -f -- \"${current//\\\\/}\")\n"
    "    compopt -o filenames 2>/dev/null\n}\n\n";

static const char bash_main[] =
    "_hlsearch()\n{\n"
    "    local current=${COMP_WORDS[COMP_CWORD]} before verb='' option='' over='' word i\n"
    "    local options='' valued='' words='' files='' index='' rest='' prefix='' place=0\n"
    "    local last='' head='' taken=-1\n"
    "    COMPREPLY=()\n"
    "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
    "        word=${COMP_WORDS[i]} before=${COMP_WORDS[i - 1]}\n"
    "        if [[ -z $verb ]]; then\n"
    "            verb=$word\n"
    "            _hlsearch_command \"$verb\" || return\n"
    "        elif [[ -z $over && $word == = && $before == --?* ]]; then\n"
    "            option=$before\n"
    "        elif [[ $word == : && $taken -eq $((i - 1)) ]]; then\n"
    "            option=$last head=$before:\n"
    "        elif [[ -n $option ]]; then\n"
    "            last=$option option='' head='' taken=$i\n"
    "        elif [[ -n $over || $word != -?* ]]; then\n"
    "            place=$((place + 1))\n"
    "        elif [[ $word == -- ]]; then\n"
    "            over=yes\n"
    "        else\n"
    "            case ${word%%=*} in -i | --index) index='' ;; esac\n"
    "            case \" $valued \" in *\" $word \"*) option=$word ;; esac\n"
    "        fi\n"
    "    done\n"
    "    before=${COMP_WORDS[COMP_CWORD - 1]}\n"
    "    if [[ -z $over && $current == = && $before == --?* ]]; then\n"
    "        option=$before current=''\n"
    "    elif [[ $current == : && $taken -eq $((COMP_CWORD - 1)) ]]; then\n"
    "        option=$last head=$before: current=''\n"
    "    elif [[ -z $over && $current == --?*=* ]]; then\n"
    "        option=${current%%=*} prefix=${current%%=*}= current=${current#*=}\n"
    "    fi\n"
    "    if [[ -n $option ]]; then\n"
    "        _hlsearch_option\n"
    "    elif [[ -z $verb ]]; then\n"
    "        _hlsearch_command '' && words=$rest\n"
    "    elif [[ -z $over && $current == -* ]]; then\n"
    "        words=$options files='' index=''\n"
    "    elif [[ -z $index || $place -gt 0 ]]; then\n"
    "        words=$rest index=''\n"
    "    else\n"
    "        files=''\n"
    "    fi\n"
    "    if [[ -n $words ]]; then\n"
    "        while IFS= read -r word; do\n"
    "            COMPREPLY+=(\"$prefix$word\")\n"
    "        done < <(compgen -W \"$words\" -- \"$current\")\n"
    "        [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *: ]] &&\n"
    "            compopt -o nospace 2>/dev/null\n"
    "    fi\n"
    "    if [[ -n $index ]]; then\n"
    "        _hlsearch_folders \"$current\"\n"
    "    elif [[ -n $files && ${#COMPREPLY[@]} -eq 0 ]]; then\n"
    "        _hlsearch_files\n"
    "    fi\n}\n"
    "complete -F _hlsearch hlsearch\n";

static void add_bash_options(struct hlcli_text *out, const struct hlcli_command *command,
                             bool valued)
{
    const struct hlcli_flag *flag;
    const char *between = "";
    for (size_t at = 0; (flag = next_flag(command, &at)); between = " ") {
        char letter = letter_of(command, flag);
        if (valued && !takes_value(flag))
            continue;
        hlcli_add_format(out, "%s--%s", between, flag->name);
        if (letter)
            hlcli_add_format(out, " -%c", letter);
    }
}

static void add_bash_command(struct hlcli_text *out, const struct hlcli_command *command)
{
    struct wanted rest = arguments_of(command);
    hlcli_add(out, "    ");
    add_names(out, command, " | ");
    hlcli_add(out, ")\n        options='");
    add_bash_options(out, command, false);
    hlcli_add(out, "'\n        valued='");
    add_bash_options(out, command, true);
    hlcli_add_format(out, "'\n        verb=%s index=%s files=%s rest='", command->name,
                     bash_index(command->takes_index, command->takes_several),
                     rest.files ? "yes" : "''");
    hlcli_add_format(out, "%s'\n        ;;\n", rest.words);
}

static void add_bash_values(struct hlcli_text *out, const struct hlcli_command *command)
{
    const struct hlcli_flag *flag;
    for (size_t at = 0; (flag = next_flag(command, &at));) {
        char letter = letter_of(command, flag);
        if (!takes_value(flag))
            continue;
        struct wanted wanted = value_of(command, flag);
        hlcli_add_format(out, "    '%s --%s'", command->name, flag->name);
        if (letter)
            hlcli_add_format(out, " | '%s -%c'", command->name, letter);
        hlcli_add_format(out, ") words='%s' files=%s index=%s ;;\n", wanted.words,
                         wanted.files ? "yes" : "''", bash_index(wanted.index, wanted.several));
    }
}

static void add_bash(struct hlcli_text *out)
{
    const struct hlcli_command *command;
    struct wanted commands = {.words = ""};
    add_commands(&commands);
    hlcli_add_format(out, "%s    '') rest='%s' ;;\n", bash_start, commands.words);
    for (size_t i = 0; (command = hlcli_command_at(i)); i++)
        add_bash_command(out, command);
    hlcli_add(out, bash_values);
    for (size_t i = 0; (command = hlcli_command_at(i)); i++)
        add_bash_values(out, command);
    hlcli_add(out, bash_helpers);
    hlcli_add(out, bash_main);
}

/* ----------------------------------------------------------------------- zsh */

static const char zsh_start[] =
    "#compdef hlsearch\n"
    "# Completion of hlsearch for zsh; made by: hlsearch completions zsh\n"
    "# Put it into a folder of $fpath as _hlsearch.\n\n"
    "_hlsearch_is_index()\n{\n"
    "    local -a found=(\"$REPLY\"/manifest-*(N))\n"
    "    (( $#found ))\n}\n\n"
    "# Folders that are an index; where none is, those on the way to one.\n"
    "_hlsearch_folders()\n{\n"
    "    _path_files \"$@\" -g '*(-/+_hlsearch_is_index)' || _path_files \"$@\" -/\n}\n\n"
    "# Several have commas between.\n"
    "_hlsearch_several()\n{\n"
    "    _hlsearch_folders \"$@\" || { compset -P '*,' && _hlsearch_folders \"$@\" }\n}\n\n"
    "# Words, of which those that end in a colon go on with a file.\n"
    "_hlsearch_form()\n{\n"
    "    local head ret=1\n"
    "    for head in ${(M)@:#*:}; do\n"
    "        if compset -P $head; then\n"
    "            _files\n"
    "            return\n"
    "        fi\n"
    "        compadd -S '' -- $head && ret=0\n"
    "    done\n"
    "    compadd -- ${@:#*:} && ret=0\n"
    "    return ret\n}\n\n"
    "_hlsearch_words_or_files()\n{\n"
    "    local ret=1\n"
    "    compadd -- \"$@\" && ret=0\n"
    "    _files && ret=0\n"
    "    return ret\n}\n\n"
    "_hlsearch_commands()\n{\n    local -a commands=(\n";

static const char zsh_middle[] =
    "    )\n    _describe command commands\n}\n\n"
    "_hlsearch()\n{\n"
    "    local curcontext=$curcontext state line ret=1\n"
    "    typeset -A opt_args\n"
    "    _arguments -C ':command:_hlsearch_commands' '*::argument:->rest' && ret=0\n"
    "    [[ $state == rest ]] || return ret\n"
    "    case $words[1] in\n";

static const char zsh_end[] = "    *) return 1 ;;\n    esac\n}\n\n"
                              "if [[ $funcstack[1] == _hlsearch ]]; then\n"
                              "    _hlsearch \"$@\"\n"
                              "else\n"
                              "    compdef _hlsearch hlsearch\n"
                              "fi\n";

/* ":NAME:ACTION" */
static void add_zsh_wanted(struct hlcli_text *out, const char *name,
                           const struct wanted *wanted)
{
    hlcli_add(out, ":");
    add_quoted(out, name, ":\\");
    if (wanted->index)
        hlcli_add(out, wanted->several ? ":_hlsearch_several" : ":_hlsearch_folders");
    else if (wanted->heads) {
        hlcli_add(out, ": _hlsearch_form ");
        add_quoted(out, wanted->words, ":\\");
    } else if (wanted->files && *wanted->words)
        hlcli_add_format(out, ": _hlsearch_words_or_files %s", wanted->words);
    else if (wanted->files)
        hlcli_add(out, ":_files");
    else if (*wanted->words) {
        hlcli_add(out, ":(");
        add_quoted(out, wanted->words, ":\\");
        hlcli_add(out, ")");
    } else
        hlcli_add(out, ": ");
}

/* '(-f --format)'{-f+,--format=}'[help]:FORM:(text json)' */
static void add_zsh_flag(struct hlcli_text *out, const struct hlcli_command *command,
                         const struct hlcli_flag *flag)
{
    char letter = letter_of(command, flag);
    const char *value = takes_value(flag) ? "=" : "";
    bool list = flag->kind == HLCLI_LIST;
    hlcli_add(out, "            ");
    if (letter && !list)
        hlcli_add_format(out, "'(-%c --%s)'{-%c%s,--%s%s}'", letter, flag->name, letter,
                         *value ? "+" : "", flag->name, value);
    else
        hlcli_add_format(out, "'%s--%s%s", list ? "*" : "", flag->name, value);
    hlcli_add(out, "[");
    add_quoted(out, hlcli_say(flag->help), "[]:\\");
    hlcli_add(out, "]");
    if (*value) {
        struct wanted wanted = value_of(command, flag);
        add_zsh_wanted(out, flag->value, &wanted);
    }
    hlcli_add(out, "' \\\n");
}

static void add_zsh_command(struct hlcli_text *out, const struct hlcli_command *command)
{
    const struct wanted index = {.index = true, .several = command->takes_several};
    struct wanted rest = arguments_of(command);
    const struct hlcli_flag *flag;
    hlcli_add(out, "    ");
    add_names(out, command, "|");
    hlcli_add(out, ")\n        _arguments -S \\\n");
    for (size_t at = 0; (flag = next_flag(command, &at));)
        add_zsh_flag(out, command, flag);
    if (command->takes_index) {
        hlcli_add(out, "            '1");
        add_zsh_wanted(out, "INDEX", &index);
        hlcli_add(out, "' \\\n");
    }
    hlcli_add(out, "            '*");
    add_zsh_wanted(out, *command->arguments ? command->arguments : " ", &rest);
    hlcli_add(out, "' && ret=0\n        return ret\n        ;;\n");
}

static void add_zsh(struct hlcli_text *out)
{
    const struct hlcli_command *command;
    hlcli_add(out, zsh_start);
    for (size_t i = 0; (command = hlcli_command_at(i)); i++) {
        hlcli_add_format(out, "        '%s:", command->name);
        add_quoted(out, hlcli_say(command->summary), "\\");
        hlcli_add(out, "'\n");
    }
    hlcli_add(out, zsh_middle);
    for (size_t i = 0; (command = hlcli_command_at(i)); i++)
        add_zsh_command(out, command);
    hlcli_add(out, zsh_end);
}

/* ---------------------------------------------------------------------- fish */

static const char fish_start[] =
    "# Completion of hlsearch for fish; made by: hlsearch completions fish\n"
    "# Put it into ~/.config/fish/completions as hlsearch.fish.\n\n"
    "# Whether the command is one of these.\n"
    "function __hlsearch_is\n"
    "    set -l before (commandline -opc)\n"
    "    contains -- \"$before[2]\" $argv\n"
    "end\n\n"
    "# Options of the command that take a value.\n"
    "function __hlsearch_valued\n    switch \"$argv[1]\"\n";

static const char fish_middle[] =
    "    end\nend\n\n"
    "# Whether the argument at the cursor is the one of this number, or with a + one after.\n"
    "function __hlsearch_at\n"
    "    set -l before (commandline -opc)\n"
    "    set -l valued (__hlsearch_valued \"$before[2]\")\n"
    "    set -l place 1\n"
    "    set -l skip 0\n"
    "    for word in $before[3..-1]\n"
    "        if test $skip = 1\n"
    "            set skip 0\n"
    "        else if contains -- $word $valued\n"
    "            set skip 1\n"
    "            contains -- $word -i --index; and set place (math $place + 1)\n"
    "        else if string match -q -- '--index=*' $word\n"
    "            set place (math $place + 1)\n"
    "        else if not string match -q -- '-?*' $word\n"
    "            set place (math $place + 1)\n"
    "        end\n"
    "    end\n"
    "    if string match -q '*+' $argv[1]\n"
    "        test $place -ge (string trim -c + $argv[1])\n"
    "    else\n"
    "        test $place -eq $argv[1]\n"
    "    end\n"
    "end\n\n"
    "# What is being typed, without the option that it belongs to.\n"
    "function __hlsearch_token\n"
    "    commandline -ct | string replace -r '^--[a-z-]*=' ''\n"
    "end\n\n"
    "# Folders that are an index; where none is, those on the way to one. Several have commas\n"
    "# between, unless a folder is so called.\n"
    "function __hlsearch_folders\n"
    "    set -l token (__hlsearch_token)\n"
    "    set -l before ''\n"
    "    set -l folders (__fish_complete_directories \"$token\" '')\n"
    "    if test (count $folders) -eq 0; and test \"$argv[1]\" = several\n"
    "        set before (string match -r '^.*,' -- $token | string replace -r '^[\"\\']' '' | "
    "string unescape)\n"
    "        and set folders (__fish_complete_directories (string replace -r '^.*,' '' -- "
    "$token) '')\n"
    "    end\n"
    "    set -l found\n"
    "    for folder in $folders\n"
    "        set -l path (string split -m 1 -f 1 \\t -- $folder | string trim -r -c /)\n"
    "        set -l manifests (string replace -r '^~/' \"$HOME/\" -- $path)/manifest-*\n"
    "        test (count $manifests) -gt 0; and set -a found $folder\n"
    "    end\n"
    "    if test (count $found) -gt 0\n"
    "        printf '%s\\n' \"$before\"$found\n"
    "    else\n"
    "        printf '%s\\n' \"$before\"$folders\n"
    "    end\n"
    "end\n\n"
    "# Words, of which those that end in a colon go on with a file.\n"
    "function __hlsearch_form\n"
    "    set -l token (__hlsearch_token)\n"
    "    for head in (string match -r '.*:$' -- $argv)\n"
    "        set -l rest (string replace -r \"^[\\\"']?$head\" '' -- \"$token\")\n"
    "        and set -l files (__fish_complete_path \"$rest\")\n"
    "        and printf '%s\\n' $head$files\n"
    "        and return\n"
    "    end\n"
    "    printf '%s\\n' $argv\n"
    "end\n\n"
    "complete -c hlsearch -f\n";

static void add_fish_wanted(struct hlcli_text *out, const struct wanted *wanted)
{
    if (wanted->index)
        hlcli_add_format(out, " -a '(__hlsearch_folders%s)'",
                         wanted->several ? " several" : "");
    else if (wanted->heads)
        hlcli_add_format(out, " -a '(__hlsearch_form %s)'", wanted->words);
    else if (*wanted->words)
        hlcli_add_format(out, " -a '%s'", wanted->words);
}

static void add_fish_flag(struct hlcli_text *out, const struct hlcli_command *command,
                          const struct hlcli_flag *flag)
{
    char letter = letter_of(command, flag);
    hlcli_add(out, "complete -c hlsearch -n '__hlsearch_is ");
    add_names(out, command, " ");
    hlcli_add_format(out, "' -l %s", flag->name);
    if (letter)
        hlcli_add_format(out, " -s %c", letter);
    if (takes_value(flag)) {
        struct wanted wanted = value_of(command, flag);
        hlcli_add(out, wanted.files ? " -r -F" : " -x");
        add_fish_wanted(out, &wanted);
    }
    hlcli_add(out, " -d '");
    add_quoted(out, hlcli_say(flag->help), "\\");
    hlcli_add(out, "'\n");
}

/* One `complete` for the arguments from a place on; nothing where nothing can be known. */
static void add_fish_arguments(struct hlcli_text *out, const struct hlcli_command *command,
                               const char *place, const struct wanted *wanted)
{
    if (!wanted->files && !wanted->index && !*wanted->words)
        return;
    hlcli_add(out, "complete -c hlsearch -n '__hlsearch_is ");
    add_names(out, command, " ");
    hlcli_add_format(out, "; and __hlsearch_at %s'", place);
    if (wanted->files)
        hlcli_add(out, " -F");
    add_fish_wanted(out, wanted);
    hlcli_add(out, "\n");
}

static void add_fish_command(struct hlcli_text *out, const struct hlcli_command *command)
{
    const struct wanted index = {.index = true, .several = command->takes_several};
    struct wanted rest = arguments_of(command);
    const struct hlcli_flag *flag;
    hlcli_add_format(out,
                     "\ncomplete -c hlsearch -n 'test (count (commandline -opc)) -eq 1' -a %s "
                     "-d '",
                     command->name);
    add_quoted(out, hlcli_say(command->summary), "\\");
    hlcli_add(out, "'\n");
    if (command->takes_index)
        add_fish_arguments(out, command, "1", &index);
    add_fish_arguments(out, command, command->takes_index ? "2+" : "1+", &rest);
    for (size_t at = 0; (flag = next_flag(command, &at));)
        add_fish_flag(out, command, flag);
}

static void add_fish(struct hlcli_text *out)
{
    const struct hlcli_command *command;
    hlcli_add(out, fish_start);
    for (size_t i = 0; (command = hlcli_command_at(i)); i++) {
        hlcli_add(out, "        case ");
        add_names(out, command, " ");
        hlcli_add(out, "\n            string split ' ' -- '");
        add_bash_options(out, command, true);
        hlcli_add(out, "'\n");
    }
    hlcli_add(out, fish_middle);
    for (size_t i = 0; (command = hlcli_command_at(i)); i++)
        add_fish_command(out, command);
}

/* ------------------------------------------------------------------- command */

static int run(const struct hlcli_call *call, const void *options)
{
    static const struct {
        const char *name;
        void (*add)(struct hlcli_text *out);
    } shells[] = {{"bash", add_bash}, {"zsh", add_zsh}, {"fish", add_fish}};
    struct hlcli_text out;
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(call->words[0], shells[i].name) != 0)
            continue;
        hlcli_text_init(&out);
        shells[i].add(&out);
        hlcli_print(&out);
        hlcli_text_release(&out);
        return HLCLI_FOUND;
    }
    return hlcli_wrong("bash, zsh and fish are known", "no completions for a shell named %s",
                       call->words[0]);
}

const struct hlcli_command hlcli_completions = {
    .name = "completions",
    .arguments = "bash|zsh|fish",
    .summary = "a script with which a shell completes command lines",
    .least = 1,
    .most = 1,
    .examples = {{". <(hlsearch completions bash)", "in this shell; in ~/.bashrc: in all"},
                 {"hlsearch completions zsh > ~/.zfunc/_hlsearch", "~/.zfunc stands in $fpath"},
                 {"hlsearch completions fish > ~/.config/fish/completions/hlsearch.fish",
                  "found there by itself"}},
    .manual = "Commands, options and what they take, files, and where INDEX is wanted folders "
              "that are one. `make install` puts the three scripts where the shells look.",
    .run = run,
};
