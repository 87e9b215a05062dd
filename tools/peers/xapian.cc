/*
 * xapian.cc - Xapian as a peer of hlsearch (tools/peers/beside).
 *
 *   xapian index TOKENS DIR               a line an article; compacted at the end
 *   xapian run DIR QUERIES KS ROUNDS      KS: "10,100,count"
 *   xapian version
 *
 * run prints a line a query and k: id, mode, k (0: counted), the least microseconds of ROUNDS,
 * hits, the first ten as line:score, between tabs.  What is timed is get_mset() and reading
 * its ids; the query is made before.  Counts are of unranked matches.
 */
#include <xapian.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace
{

const double k1 = 1.2, b = 0.75;
const size_t term_max = 240; /* Xapian takes 245 bytes, zeros counted twice */
const size_t shown_max = 10;

struct query {
    std::string id, mode;
    Xapian::Query tree;
};

struct timed {
    double seconds;
    Xapian::doccount hits;
    std::string top;
};

std::vector<std::string> words_of(const std::string &line)
{
    std::istringstream in(line);
    std::vector<std::string> words;
    for (std::string word; in >> word;)
        words.push_back(word.substr(0, term_max));
    return words;
}

/* Article ids are numbers of lines, so lines without a word leave a hole. */
void build(const char *tokens, const std::string &dir)
{
    std::ifstream in(tokens);
    if (!in)
        throw std::runtime_error(std::string(tokens) + ": cannot read it");
    std::string raw = dir + ".raw";
    {
        Xapian::WritableDatabase db(raw, Xapian::DB_CREATE_OR_OVERWRITE);
        Xapian::docid number = 0;
        for (std::string line; number++, std::getline(in, line);) {
            Xapian::Document document;
            Xapian::termpos position = 0;
            for (const std::string &word : words_of(line))
                document.add_posting(word, ++position);
            if (position)
                db.replace_document(number, document);
        }
        db.commit();
        db.compact(dir, Xapian::DBCOMPACT_NO_RENUMBER);
    }
    std::filesystem::remove_all(raw);
}

Xapian::Query tree_of(const std::string &mode, const std::vector<std::string> &words)
{
    if (words.size() == 1)
        return Xapian::Query(words[0]);
    Xapian::Query::op op = mode == "AND"      ? Xapian::Query::OP_AND
                           : mode == "PHRASE" ? Xapian::Query::OP_PHRASE
                                              : Xapian::Query::OP_OR;
    return Xapian::Query(op, words.begin(), words.end(),
                         op == Xapian::Query::OP_PHRASE ? words.size() : 0);
}

std::vector<query> read_queries(const char *path)
{
    std::ifstream in(path);
    std::vector<query> queries;
    for (std::string line; std::getline(in, line);) {
        std::istringstream fields(line);
        query q;
        std::string group, words;
        std::getline(fields, q.id, '\t');
        std::getline(fields, q.mode, '\t');
        std::getline(fields, group, '\t');
        std::getline(fields, words);
        q.tree = tree_of(q.mode, words_of(words));
        queries.push_back(q);
    }
    return queries;
}

timed search(const Xapian::Database &db, Xapian::Enquire &enquire, Xapian::doccount k)
{
    std::vector<std::pair<Xapian::docid, double>> hits;
    hits.reserve(k);
    auto from = std::chrono::steady_clock::now();
    Xapian::MSet set = enquire.get_mset(0, k, k ? 0 : db.get_doccount());
    for (auto i = set.begin(); i != set.end(); ++i)
        hits.emplace_back(*i, i.get_weight());
    std::chrono::duration<double> time = std::chrono::steady_clock::now() - from;
    std::string top;
    for (size_t i = 0; i < hits.size() && i < shown_max; i++) {
        char hit[64];
        std::snprintf(hit, sizeof hit, "%s%u:%.6f", i ? " " : "", hits[i].first,
                      hits[i].second);
        top += hit;
    }
    return {time.count(), k ? set.size() : set.get_matches_estimated(), top};
}

void run_all(const Xapian::Database &db, const std::vector<query> &queries, Xapian::doccount k,
             int rounds)
{
    Xapian::Enquire enquire(db);
    std::vector<timed> least(queries.size());
    if (k)
        enquire.set_weighting_scheme(Xapian::BM25Weight(k1, 0, 1, b, 0));
    else
        enquire.set_weighting_scheme(Xapian::BoolWeight());
    for (int round = 0; round < rounds; round++)
        for (size_t i = 0; i < queries.size(); i++) {
            enquire.set_query(queries[i].tree);
            timed once = search(db, enquire, k);
            if (!round || once.seconds < least[i].seconds)
                least[i] = once;
        }
    for (size_t i = 0; i < queries.size(); i++)
        std::printf("%s\t%s\t%u\t%.2f\t%u\t%s\n", queries[i].id.c_str(),
                    queries[i].mode.c_str(), k, least[i].seconds * 1e6, least[i].hits,
                    least[i].top.c_str());
}

void run(const char *dir, const char *path, const char *ks, int rounds)
{
    Xapian::Database db(dir);
    std::vector<query> queries = read_queries(path);
    std::istringstream list(ks);
    for (std::string k; std::getline(list, k, ',');)
        run_all(db, queries, k == "count" ? 0 : std::stoul(k), rounds);
}

} // namespace

int main(int argc, char **argv)
{
    std::string verb = argc > 1 ? argv[1] : "";
    try {
        if (verb == "version" && argc == 2)
            std::printf("Xapian %s\n", Xapian::version_string());
        else if (verb == "index" && argc == 4)
            build(argv[2], argv[3]);
        else if (verb == "run" && argc == 6)
            run(argv[2], argv[3], argv[4], std::atoi(argv[5]));
        else {
            std::cerr
                << "usage: xapian index TOKENS DIR | run DIR QUERIES KS ROUNDS | version\n";
            return 2;
        }
    } catch (const Xapian::Error &e) {
        std::cerr << "xapian: " << e.get_description() << "\n";
        return 1;
    } catch (const std::exception &e) {
        std::cerr << "xapian: " << e.what() << "\n";
        return 1;
    }
    return 0;
}
