/*
 * Lucene.java - Lucene as a peer of hlsearch (tools/peers/beside).
 *
 *   java Lucene index TOKENS DIR            a line an article; one segment at the end
 *   java Lucene run DIR QUERIES KS ROUNDS   KS: "10,100,count"
 *   java Lucene version
 *
 * run prints a line a query and k: id, mode, k (0: counted), the least microseconds of ROUNDS,
 * hits, the first ten as line:score, between tabs.  Hits past k are not counted where a list
 * is wanted, so that blocks that cannot win are skipped; nothing is cached between queries.
 */
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LogByteSizeMergePolicy;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Version;

final class Lucene {
    static final String FIELD = "text";
    static final int SHOWN_MAX = 10;
    static final long WARM_NANOSECONDS = 2_000_000_000L;
    static final BM25Similarity BM25 = new BM25Similarity(1.2f, 0.75f);

    static final class Asked {
        String id, mode;
        Query query;
    }

    static final class Timed {
        long nanoseconds = Long.MAX_VALUE;
        int hits;
        String top = "";
    }

    /* Neighbours only are merged, so that an article's number stays that of its line. */
    static void build(Path tokens, Path dir) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig(new WhitespaceAnalyzer());
        config.setSimilarity(BM25);
        config.setRAMBufferSizeMB(256);
        config.setMergePolicy(new LogByteSizeMergePolicy());
        config.setMergeScheduler(new SerialMergeScheduler());
        config.setUseCompoundFile(false);
        FieldType type = new FieldType();
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
        type.setTokenized(true);
        type.freeze();
        try (Directory directory = FSDirectory.open(dir);
             IndexWriter writer = new IndexWriter(directory, config);
             BufferedReader in = Files.newBufferedReader(tokens, StandardCharsets.UTF_8)) {
            for (String line; (line = in.readLine()) != null;) {
                Document document = new Document();
                document.add(new Field(FIELD, line, type));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
    }

    static Query query(String mode, String[] words) {
        if (words.length == 1)
            return new TermQuery(new Term(FIELD, words[0]));
        if (mode.equals("PHRASE"))
            return new PhraseQuery(FIELD, words);
        BooleanQuery.Builder builder = new BooleanQuery.Builder();
        for (String word : words)
            builder.add(new TermQuery(new Term(FIELD, word)),
                        mode.equals("AND") ? BooleanClause.Occur.MUST
                                           : BooleanClause.Occur.SHOULD);
        return builder.build();
    }

    static List<Asked> readQueries(Path path) throws IOException {
        List<Asked> all = new ArrayList<>();
        for (String line : Files.readAllLines(path, StandardCharsets.UTF_8)) {
            String[] fields = line.split("\t");
            Asked asked = new Asked();
            asked.id = fields[0];
            asked.mode = fields[1];
            asked.query = query(fields[1], fields[3].trim().split(" +"));
            all.add(asked);
        }
        return all;
    }

    static void search(IndexSearcher searcher, Query query, int k, Timed best)
            throws IOException {
        ScoreDoc[] docs = {};
        int hits;
        long from = System.nanoTime();
        if (k == 0)
            hits = searcher.count(query);
        else {
            TopScoreDocCollector collector = TopScoreDocCollector.create(k, null, k);
            searcher.search(query, collector);
            docs = collector.topDocs().scoreDocs;
            hits = docs.length;
        }
        long nanoseconds = System.nanoTime() - from;
        best.nanoseconds = Math.min(best.nanoseconds, nanoseconds);
        best.hits = hits;
        if (best.top.isEmpty() && docs.length > 0) {
            StringBuilder top = new StringBuilder();
            for (ScoreDoc doc : Arrays.copyOf(docs, Math.min(docs.length, SHOWN_MAX)))
                top.append(top.length() > 0 ? " " : "").append(doc.doc + 1).append(':')
                   .append(doc.score);
            best.top = top.toString();
        }
    }

    /* The compiler of the virtual machine has seen all there is before the first round. */
    static void warm(IndexSearcher searcher, List<Asked> queries, String[] ks)
            throws IOException {
        long end = System.nanoTime() + WARM_NANOSECONDS;
        do {
            for (String name : ks)
                for (Asked asked : queries)
                    search(searcher, asked.query, number(name), new Timed());
        } while (System.nanoTime() < end);
    }

    static int number(String k) {
        return k.equals("count") ? 0 : Integer.parseInt(k);
    }

    static void run(Path dir, Path path, String[] ks, int rounds) throws IOException {
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        List<Asked> queries = readQueries(path);
        try (DirectoryReader reader = DirectoryReader.open(FSDirectory.open(dir))) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setSimilarity(BM25);
            searcher.setQueryCache(null);
            warm(searcher, queries, ks);
            for (String name : ks) {
                int k = number(name);
                Timed[] timed = new Timed[queries.size()];
                for (int round = 0; round < rounds; round++)
                    for (int i = 0; i < timed.length; i++) {
                        if (round == 0)
                            timed[i] = new Timed();
                        search(searcher, queries.get(i).query, k, timed[i]);
                    }
                for (int i = 0; i < timed.length; i++)
                    out.println(queries.get(i).id + "\t" + queries.get(i).mode + "\t" + k + "\t"
                                + timed[i].nanoseconds / 1000.0 + "\t" + timed[i].hits + "\t"
                                + timed[i].top);
            }
        }
        out.flush();
    }

    public static void main(String[] args) throws IOException {
        String verb = args.length > 0 ? args[0] : "";
        if (verb.equals("version") && args.length == 1)
            System.out.println("Lucene " + Version.LATEST);
        else if (verb.equals("index") && args.length == 3)
            build(Paths.get(args[1]), Paths.get(args[2]));
        else if (verb.equals("run") && args.length == 5)
            run(Paths.get(args[1]), Paths.get(args[2]), args[3].split(","),
                Integer.parseInt(args[4]));
        else {
            System.err.println("usage: Lucene index TOKENS DIR | run DIR QUERIES KS ROUNDS"
                               + " | version");
            System.exit(2);
        }
    }
}
