/*
 * xapian_shim.cc - the table of xapian_shim.h, over Xapian 1.4.
 *
 * Every entry is one guarded(): what it throws becomes a status and words (failed()).  Below
 * the entries exceptions are the way to fail.
 */
#include "backend/xapian_shim.h"

#include <xapian.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace
{

using std::string;
using std::vector;

/* A failure that we see before Xapian does. */
struct Refusal {
    hl_status code;
    string text;
};

/* ---- errors ---- */

const char no_memory[] = "out of memory";

/* As much of the text as there is room for, whole letters only. */
void fill(char *to, size_t room, const string &text)
{
    assert(room > 0);
    size_t size = std::min(text.size(), room - 1);
    if (size < text.size())
        while (size && (static_cast<unsigned char>(text[size]) & 0xc0) == 0x80)
            size--;
    memcpy(to, text.data(), size);
    to[size] = 0;
}

hl_status say(hlx_error *err, hl_status code, const string &text)
{
    if (err) {
        *err = hlx_error();
        err->error.code = code;
        err->error.at = -1;
        fill(err->error.text, sizeof err->error.text, text);
    }
    return code;
}

/* By the names of Xapian's classes; what is not here is HL_IO. */
hl_status status_of(const string &type)
{
    static const std::map<string, hl_status> known = {
        {"DatabaseNotFoundError", HL_NOT_FOUND},
        {"DocNotFoundError", HL_NOT_FOUND},
        {"FeatureUnavailableError", HL_UNSUPPORTED},
        {"UnimplementedError", HL_UNSUPPORTED},
        {"InvalidArgumentError", HL_MISUSE},
        {"RangeError", HL_MISUSE},
        {"DatabaseLockError", HL_BUSY},
        {"DatabaseCorruptError", HL_CORRUPT},
        {"DatabaseVersionError", HL_VERSION_BAD}};
    auto found = known.find(type);
    return found != known.end() ? found->second : HL_IO;
}

/* Xapian's words, with where and why as it knows them. */
hl_status say(hlx_error *err, const Xapian::Error &e)
{
    string type = e.get_type(), text = e.get_msg();
    if (const char *why = e.get_error_string())
        text += string(" (") + why + ")";
    const string &where = e.get_context();
    if (!where.empty() && text.find(where) == string::npos)
        text = where + ": " + text;
    hl_status code = status_of(type);
    /* Of the same class: a folder that may not be written to, a table that was cut. */
    if (code == HL_BUSY && text.find("already locked") == string::npos)
        code = HL_IO;
    code = text.find("EOF reading block") != string::npos ? HL_CORRUPT : code;
    hl_status status = say(err, code, text);
    if (err) {
        /* What cannot be read back is what a server sent that no Xapian sends. */
        err->network = type == "NetworkError" || type == "NetworkTimeoutError" ||
                       type == "SerialisationError";
        err->late = type == "NetworkTimeoutError";
        err->changed = type == "DatabaseModifiedError";
        fill(err->context, sizeof err->context, where);
    }
    return status;
}

/* What is being thrown, as a status. */
hl_status failed(hlx_error *err)
{
    try {
        throw;
    } catch (const Refusal &e) {
        return say(err, e.code, e.text);
    } catch (const Xapian::Error &e) {
        return say(err, e);
    } catch (const std::bad_alloc &) {
        return say(err, HL_NOMEM, no_memory);
    } catch (const std::exception &e) {
        return say(err, HL_IO, e.what());
    } catch (...) {
        return say(err, HL_IO, "Xapian failed without a word");
    }
}

/* Runs an entry; nothing passes the boundary.  If memory for the words is out, those of that
 * need none: they fit into a string without. */
template <class Body> hl_status guarded(hlx_error *err, Body body) noexcept
{
    try {
        body();
        return HL_OK;
    } catch (...) {
        try {
            return failed(err);
        } catch (...) {
            return say(err, HL_NOMEM, no_memory);
        }
    }
}

string text_of(hlx_bytes bytes)
{
    return bytes.size ? string(bytes.bytes, bytes.size) : string();
}

/* Xapian takes "" for all documents, which nobody here means by a term. */
string term_of(hlx_bytes bytes)
{
    if (!bytes.size)
        throw Refusal{HL_MISUSE, "an empty term or key"};
    return text_of(bytes);
}

} // namespace

/* ---- reading one shard ---- */

struct hlx_shard {
    Xapian::Database db;
    /* Of a server: as Xapian names it in the context of errors; else "". */
    string where;
    string host;
    unsigned port = 0, connect_ms = 0, read_ms = 0;
};

/* The handles are shared: a shard that is reopened is so in its sets. */
struct hlx_set {
    Xapian::Database db;
    vector<hlx_shard> shards;
};

namespace
{

/* Some network errors do not say where ("Connection closed unexpectedly"). */
void name(const string &where, hlx_error *err) noexcept
{
    if (!err || !err->network || *err->context)
        return;
    fill(err->context, sizeof err->context, where);
    guarded(nullptr, [&] {
        fill(err->error.text, sizeof err->error.text, where + ": " + err->error.text);
    });
}

template <class Body>
hl_status guarded(const hlx_shard *shard, hlx_error *err, Body body) noexcept
{
    hl_status status = guarded(err, body);
    if (status != HL_OK)
        name(shard->where, err);
    return status;
}

/* Xapian leaves the path out where a thing is not of its kind. */
void open_at(const string &path, hlx_shard &shard)
{
    try {
        shard.db = Xapian::Database(path);
    } catch (const Xapian::DatabaseVersionError &) {
        throw;
    } catch (const Xapian::DatabaseOpeningError &e) {
        if (e.get_msg().find(path) != string::npos)
            throw;
        const char *why = e.get_error_string();
        throw Refusal{strcmp(e.get_type(), "DatabaseNotFoundError") ? HL_IO : HL_NOT_FOUND,
                      path + ": " + e.get_msg() + (why ? string(" (") + why + ")" : "")};
    }
}

hl_status shard_open(const char *path, hlx_shard **out_shard, hlx_error *err)
{
    return guarded(err, [&] {
        auto shard = std::make_unique<hlx_shard>();
        open_at(path, *shard);
        *out_shard = shard.release();
    });
}

Xapian::Database dial(const hlx_shard &to)
{
    return Xapian::Remote::open(to.host, to.port, to.read_ms, to.connect_ms);
}

hl_status shard_connect(const char *host, unsigned port, unsigned connect_ms, unsigned read_ms,
                        hlx_shard **out_shard, hlx_error *err)
{
    std::unique_ptr<hlx_shard> shard(new (std::nothrow) hlx_shard);
    if (!shard)
        return say(err, HL_NOMEM, no_memory);
    return guarded(shard.get(), err, [&] {
        shard->where = string("remote:tcp(") + host + ":" + std::to_string(port) + ")";
        shard->host = host;
        shard->port = port;
        shard->connect_ms = std::max(connect_ms, 1u);
        shard->read_ms = std::max(read_ms, 1u);
        shard->db = dial(*shard);
        *out_shard = shard.release();
    });
}

hl_status shard_counts(hlx_shard *shard, uint64_t *out_documents, uint64_t *out_length,
                       hlx_error *err)
{
    return guarded(shard, err, [&] {
        uint64_t documents = shard->db.get_doccount();
        *out_length = shard->db.get_total_length();
        *out_documents = documents;
    });
}

hl_status shard_revision(hlx_shard *shard, char out_uuid[64], uint64_t *out_revision,
                         hlx_error *err)
{
    return guarded(shard, err, [&] {
        string uuid = shard->db.get_uuid();
        uint64_t revision = 0;
        try {
            revision = shard->where.empty() ? shard->db.get_revision() : 0;
        } catch (const Xapian::LogicError &) {
            /* Several, or of a kind that does not count. */
        }
        fill(out_uuid, 64, uuid);
        *out_revision = revision;
    });
}

hl_status shard_reopen(hlx_shard *shard, bool *out_changed, hlx_error *err)
{
    return guarded(shard, err, [&] {
        bool is_new = shard->db.reopen();
        if (out_changed)
            *out_changed = is_new;
    });
}

hl_status shard_metadata(hlx_shard *shard, hlx_bytes key, hlx_take *take, void *user,
                         hlx_error *err)
{
    return guarded(shard, err, [&] {
        string value = shard->db.get_metadata(term_of(key));
        take(user, value.empty() ? nullptr : value.data(), value.size());
    });
}

/* Gives what an iterator of strings walks over, as long as it is wanted. */
template <class Iterator> void walk(Iterator at, Iterator end, hlx_take *take, void *user)
{
    for (; at != end; ++at) {
        string item = *at;
        if (!take(user, item.data(), item.size()))
            return;
    }
}

hl_status shard_metadata_keys(hlx_shard *shard, hlx_bytes prefix, hlx_take *take, void *user,
                              hlx_error *err)
{
    return guarded(shard, err, [&] {
        string begin = text_of(prefix);
        walk(shard->db.metadata_keys_begin(begin), shard->db.metadata_keys_end(begin), take,
             user);
    });
}

hl_status shard_terms(hlx_shard *shard, hlx_bytes prefix, hlx_take_term *take, void *user,
                      hlx_error *err)
{
    return guarded(shard, err, [&] {
        string begin = text_of(prefix);
        Xapian::TermIterator at = shard->db.allterms_begin(begin);
        for (bool more = true; more && at != shard->db.allterms_end(begin); ++at) {
            string term = *at;
            more = take(user, term.data(), term.size(), at.get_termfreq());
        }
    });
}

/* A document may be deleted before its turn; the reader is to begin again. */
template <class Document> string data_of(Document document)
{
    try {
        return document().get_data();
    } catch (const Xapian::DocNotFoundError &e) {
        throw Xapian::DatabaseModifiedError(e.get_msg(), e.get_context());
    }
}

hl_status shard_documents(hlx_shard *shard, hlx_take *take, void *user, hlx_error *err)
{
    return guarded(shard, err, [&] {
        Xapian::PostingIterator end = shard->db.postlist_end("");
        for (Xapian::PostingIterator at = shard->db.postlist_begin(""); at != end; ++at) {
            string data = data_of([&] { return shard->db.get_document(*at); });
            if (!take(user, data.data(), data.size()))
                return;
        }
    });
}

/* ---- reading all of them ---- */

/* Where an error does not say of which server it is, the first that does not take another
 * connection is named. */
void blame(const hlx_set &set, hlx_error *err) noexcept
{
    if (!err || !err->network || *err->context)
        return;
    for (const hlx_shard &shard : set.shards)
        if (!shard.where.empty() && guarded(nullptr, [&] { dial(shard); }) != HL_OK)
            return name(shard.where, err);
}

template <class Body> hl_status guarded(const hlx_set *set, hlx_error *err, Body body) noexcept
{
    hl_status status = guarded(err, body);
    if (status != HL_OK)
        blame(*set, err);
    return status;
}

hl_status set_join(hlx_shard *const *shards, size_t count, hlx_set **out_set, hlx_error *err)
{
    return guarded(err, [&] {
        assert(count > 0);
        auto set = std::make_unique<hlx_set>();
        for (size_t i = 0; i < count; i++) {
            set->shards.push_back(*shards[i]);
            set->db.add_database(shards[i]->db);
        }
        *out_set = set.release();
    });
}

hl_status set_frequencies(hlx_set *set, const hlx_bytes *terms, size_t count,
                          hlx_counts *counts, hlx_error *err)
{
    return guarded(set, err, [&] {
        vector<hlx_counts> found(counts, counts + count);
        for (size_t i = 0; i < count; i++) {
            string term = term_of(terms[i]);
            if (!found[i].df)
                found[i].df = set->db.get_termfreq(term);
            found[i].cf = found[i].df ? set->db.get_collection_freq(term) : 0;
        }
        std::copy(found.begin(), found.end(), counts);
    });
}

/* A match of no documents: servers answer with the statistics of their terms, and there
 * Xapian stops. */
hl_status set_document_frequencies(hlx_set *set, const hlx_bytes *terms, size_t count,
                                   hlx_counts *out_counts, hlx_error *err)
{
    return guarded(set, err, [&] {
        vector<string> names;
        for (size_t i = 0; i < count; i++)
            names.push_back(term_of(terms[i]));
        vector<hlx_counts> counts(count);
        if (count == 1) {
            counts[0].df = set->db.get_termfreq(names[0]);
        } else if (count) {
            Xapian::Enquire enquire(set->db);
            enquire.set_query(Xapian::Query(Xapian::Query::OP_OR, names.begin(), names.end()));
            enquire.set_weighting_scheme(Xapian::BoolWeight());
            Xapian::MSet none = enquire.get_mset(0, 0);
            for (size_t i = 0; i < count; i++)
                counts[i].df = none.get_termfreq(names[i]);
        }
        std::copy(counts.begin(), counts.end(), out_counts);
    });
}

hl_status set_fetch_by_term(hlx_set *set, hlx_bytes term, uint64_t *out_docid, hlx_take *take,
                            void *user, hlx_error *err)
{
    return guarded(set, err, [&] {
        string name = term_of(term);
        Xapian::PostingIterator at = set->db.postlist_begin(name);
        if (at == set->db.postlist_end(name))
            throw Refusal{HL_NOT_FOUND, "no document has the term " + name};
        Xapian::docid docid = *at;
        string data = data_of([&] { return set->db.get_document(docid); });
        *out_docid = docid;
        take(user, data.data(), data.size());
    });
}

/* ---- searching ---- */

Xapian::Query::op op_of(hlx_op op)
{
    using Q = Xapian::Query;
    static const std::map<hlx_op, Q::op> ops = {
        {HLX_AND, Q::OP_AND},       {HLX_OR, Q::OP_OR},           {HLX_AND_NOT, Q::OP_AND_NOT},
        {HLX_FILTER, Q::OP_FILTER}, {HLX_SYNONYM, Q::OP_SYNONYM}, {HLX_PHRASE, Q::OP_PHRASE},
        {HLX_NEAR, Q::OP_NEAR}};
    auto known = ops.find(op);
    return known != ops.end()
               ? known->second
               : throw Refusal{HL_MISUSE, "no such operator of a query: " + std::to_string(op)};
}

/* As deep as the tree, which its maker bounds. */
Xapian::Query query_of(const hlx_query &query)
{
    switch (query.op) {
    case HLX_NOTHING:
        return Xapian::Query();
    case HLX_ALL:
        return Xapian::Query::MatchAll;
    case HLX_TERM:
        return Xapian::Query(term_of(query.term));
    case HLX_SCALE:
        if (query.count != 1)
            throw Refusal{HL_MISUSE, "a scale is of one part"};
        if (query.parts[0]->op == HLX_ALL) {
            Xapian::FixedWeightPostingSource all(query.scale);
            return Xapian::Query(&all);
        }
        return Xapian::Query(query.scale, query_of(*query.parts[0]));
    case HLX_RANGE:
        return Xapian::Query(Xapian::Query::OP_VALUE_RANGE, query.slot, text_of(query.low),
                             text_of(query.high));
    default:
        break;
    }
    Xapian::Query::op op = op_of(query.op);
    vector<Xapian::Query> parts;
    parts.reserve(query.count);
    for (size_t i = 0; i < query.count; i++)
        parts.push_back(query_of(*query.parts[i]));
    return Xapian::Query(op, parts.begin(), parts.end(), query.window);
}

/*
 * Our k1 and b, no k2 and k3, and lengths as they are.  A term that adds nothing to the length
 * (wdf 0) would be 0 / 0 where k1 is 0, or b is 1 and the document empty: the least values
 * that are not 0 change no other weight by a bit.
 */
Xapian::BM25Weight bm25_of(const hlx_search &search)
{
    const double least = 1e-100;
    return Xapian::BM25Weight(std::max(search.k1, least), 0, 0, search.b, least);
}

void set_scheme(Xapian::Enquire &enquire, const hlx_search &search)
{
    if (search.scheme == HLX_BM25)
        enquire.set_weighting_scheme(bm25_of(search));
    else if (search.scheme == HLX_COUNT)
        enquire.set_weighting_scheme(Xapian::CoordWeight());
    else
        enquire.set_weighting_scheme(Xapian::BoolWeight());
}

/* Where no hit is wanted the order is left alone: it would read a value of each document. */
void set_order(Xapian::Enquire &enquire, const hlx_search &search)
{
    enquire.set_docid_order(Xapian::Enquire::ASCENDING);
    if (!search.count)
        return;
    if (search.order == HLX_BY_WEIGHT)
        enquire.set_sort_by_relevance_then_value(search.slot, false);
    else
        enquire.set_sort_by_value_then_relevance(search.slot,
                                                 search.order == HLX_BY_VALUE_FALLING);
}

/*
 * Leaving out what cannot weigh enough may lose a document in Xapian 1.4: when an
 * AndMaybePostList becomes an AND, it skips the document that its right side is at already,
 * though the left may be there too.  Where a cutoff sets the least weight, totals would be
 * short by one now and then: a source that adds nothing, but says that it might add much, makes
 * all that is weighed seem worth looking at.  It is among the sources that servers know.
 */
Xapian::Query unpruned(const Xapian::Query &query, const hlx_search &search)
{
    if (search.cutoff <= 0)
        return query;
    auto *source = new Xapian::ValueMapPostingSource(search.slot);
    Xapian::Query might(source->release());
    source->add_mapping("\xff no value is this", 2 * search.cutoff + 1e9);
    return Xapian::Query(Xapian::Query::OP_AND_MAYBE, query, might);
}

Xapian::doccount clamped(size_t count)
{
    return static_cast<Xapian::doccount>(std::min<size_t>(count, UINT32_MAX / 2));
}

using Facet = std::remove_const_t<std::remove_pointer_t<decltype(hlx_result::facets)>>;

/* A result and what its pointers point at; strings stay where they are once it is made. */
struct Found : hlx_result {
    vector<hlx_hit> hit_list;
    vector<string> data;
    vector<Facet> facet_list;
    vector<vector<string>> values;
    vector<vector<hlx_value_count>> value_counts;
};

void take_facet(const Xapian::ValueCountMatchSpy &spy, Found &found, size_t i)
{
    vector<string> &values = found.values[i];
    vector<hlx_value_count> &counts = found.value_counts[i];
    for (Xapian::TermIterator at = spy.values_begin(); at != spy.values_end(); ++at) {
        values.push_back(*at);
        counts.push_back(hlx_value_count{{nullptr, 0}, at.get_termfreq()});
    }
    for (size_t k = 0; k < values.size(); k++)
        counts[k].value = hlx_bytes{values[k].data(), values[k].size()};
    found.facet_list[i].values = counts.data();
    found.facet_list[i].count = counts.size();
    found.facet_list[i].seen = spy.get_total();
}

/* The hits from search.from on, of a list from the first on: MSet::fetch(), which asks for all
 * documents before it waits for one, reads before the items of a list that begins later. */
void take_hits(const hlx_search &search, const Xapian::MSet &mset, Found &found)
{
    if (search.from >= mset.size())
        return;
    Xapian::MSetIterator at = mset[clamped(search.from)];
    if (search.data)
        mset.fetch(at, mset.end());
    found.data.reserve(search.data ? mset.size() - search.from : 0);
    found.hit_list.reserve(mset.size() - search.from);
    for (; at != mset.end(); ++at) {
        hlx_hit hit = {*at, at.get_weight(), {nullptr, 0}};
        if (search.data) {
            found.data.push_back(data_of([&] { return at.get_document(); }));
            hit.data = hlx_bytes{found.data.back().data(), found.data.back().size()};
        }
        found.hit_list.push_back(hit);
    }
    found.hits = found.hit_list.data();
    found.count = found.hit_list.size();
}

/* Counts the values of what the query finds, in a match that keeps no document. */
void count_facets(Xapian::Enquire &enquire, const hlx_search &search, Found &found,
                  Xapian::MSet *out_mset)
{
    vector<std::unique_ptr<Xapian::ValueCountMatchSpy>> spies;
    for (size_t i = 0; i < search.facet_count; i++) {
        spies.push_back(std::make_unique<Xapian::ValueCountMatchSpy>(search.facets[i]));
        enquire.add_matchspy(spies.back().get());
    }
    *out_mset = enquire.get_mset(0, 0, clamped(search.look_at));
    enquire.clear_matchspies();
    found.values.resize(search.facet_count);
    found.value_counts.resize(search.facet_count);
    found.facet_list.resize(search.facet_count);
    for (size_t i = 0; i < search.facet_count; i++)
        take_facet(*spies[i], found, i);
    found.facets = found.facet_list.data();
}

/*
 * Values are counted apart from hits: where Xapian 1.4 merges the hits of several servers in an
 * order that looks at a value, it counts once more what the servers have counted.
 */
void run(const hlx_set &set, const hlx_search &search, Found &found)
{
    assert(search.query);
    assert(search.facets || !search.facet_count);
    Xapian::Enquire enquire(set.db);
    enquire.set_query(unpruned(query_of(*search.query), search));
    set_scheme(enquire, search);
    if (search.cutoff > 0)
        enquire.set_cutoff(0, search.cutoff);
    Xapian::MSet mset;
    bool counted = search.facet_count > 0;
    if (counted) {
        enquire.set_docid_order(Xapian::Enquire::ASCENDING);
        count_facets(enquire, search, found, &mset);
    }
    if (search.count || !counted) {
        set_order(enquire, search);
        Xapian::doccount most = search.count ? clamped(search.from + search.count) : 0;
        Xapian::MSet hits = enquire.get_mset(0, most, clamped(search.look_at));
        take_hits(search, hits, found);
        if (!counted)
            mset = hits;
    }
    found.least = mset.get_matches_lower_bound();
    found.estimate = mset.get_matches_estimated();
    found.most = mset.get_matches_upper_bound();
}

hl_status set_search(hlx_set *set, const hlx_search *search, hlx_result **out_result,
                     hlx_error *err)
{
    return guarded(set, err, [&] {
        auto found = std::make_unique<Found>();
        run(*set, *search, *found);
        *out_result = found.release();
    });
}

} // namespace

/* ---- writing ---- */

/*
 * One transaction from commit to commit.  In it Xapian keeps changes in memory until a number
 * of documents (XAPIAN_FLUSH_THRESHOLD, 10,000) were changed, then puts them into its tables,
 * which nobody sees before the commit.  It does not count bytes, so we do (held), and reach
 * the number when the budget is used up, by putting one small document again and again
 * (flush()), which the next document replaces.
 */
struct hlx_writer {
    Xapian::WritableDatabase db;
    size_t memory;
    size_t held = 0;
    unsigned long changes = 0, threshold = 10000; /* as Xapian counts them */
    Xapian::docid spare = 0;                      /* the small document, where there is one */
    hlx_error broken = hlx_error(); /* why what was not committed is lost, if it is */
};

namespace
{

/* Xapian would put its files beside whatever is in a folder.  A database that was cut off at
 * its birth has some of its files, and no iamglass. */
void check_place(const string &path)
{
    namespace fs = std::filesystem;
    fs::file_status status = fs::status(path);
    if (!fs::exists(status))
        return;
    if (!fs::is_directory(status))
        throw Refusal{HL_MISUSE, path + " is a file, not the folder of a Xapian database that "
                                        "can be written; name another place"};
    if (fs::exists(path + "/iamglass"))
        return;
    for (const fs::directory_entry &entry : fs::directory_iterator(path)) {
        fs::path name = entry.path().filename();
        if (name != "flintlock" && name != "iamglass.tmp" && name.extension() != ".glass")
            throw Refusal{HL_MISUSE, path + " is a folder with other things in it (" +
                                         name.string() +
                                         "), no Xapian database; name another place"};
    }
}

hl_status write_open(const char *path, size_t memory, hlx_writer **out_writer, hlx_error *err)
{
    return guarded(err, [&] {
        check_place(path);
        auto writer = std::make_unique<hlx_writer>();
        writer->memory = memory;
        const char *said = getenv("XAPIAN_FLUSH_THRESHOLD");
        if (unsigned long number = said ? strtoul(said, nullptr, 10) : 0)
            writer->threshold = number;
        writer->db = Xapian::WritableDatabase(path, Xapian::DB_CREATE_OR_OPEN |
                                                        Xapian::DB_BACKEND_GLASS);
        writer->db.begin_transaction();
        *out_writer = writer.release();
    });
}

void write_close(hlx_writer *writer)
{
    if (!writer)
        return;
    guarded(nullptr, [&] {
        if (!writer->broken.error.code)
            writer->db.cancel_transaction();
    });
    delete writer;
}

/* A change that fails takes all that was not committed with it (Xapian rolls back), and the
 * writer is of no more use; what we refuse has not touched it. */
template <class Body> hl_status change(hlx_writer *writer, hlx_error *err, Body body) noexcept
{
    hlx_error own = hlx_error();
    bool refused = false;
    hl_status status = guarded(&own, [&] {
        try {
            if (writer->broken.error.code)
                throw Refusal{HL_IO, "open the database again: an earlier change failed and "
                                     "took with it what was not committed: " +
                                         string(writer->broken.error.text)};
            body();
        } catch (const Refusal &) {
            refused = true;
            throw;
        }
    });
    if (status != HL_OK && !refused) {
        writer->broken = own;
        guarded(nullptr, [&] { writer->db = Xapian::WritableDatabase(); });
    }
    if (status != HL_OK && err)
        *err = own;
    return status;
}

/* About what Xapian's maps take for a document until they are put into the tables: a node for
 * each posting, one for its positions, one for each value in two maps. */
size_t weight_of(const hlx_document &document)
{
    size_t bytes = 0;
    for (size_t i = 0; i < document.term_count; i++) {
        const hlx_posting &posting = document.terms[i];
        bytes += 80 + posting.term.size;
        if (posting.count)
            bytes += 96 + 2 * posting.count;
    }
    for (size_t i = 0; i < document.value_count; i++)
        bytes += 160 + document.values[i].value.size;
    return bytes;
}

/* Has all changes put into the tables.  Values are put there by reading a list of them. */
void flush(hlx_writer *writer)
{
    assert(writer->changes < writer->threshold);
    writer->db.valuestream_begin(0);
    Xapian::Document document;
    document.add_boolean_term("XSPARE");
    if (!writer->spare) {
        writer->spare = writer->db.add_document(document);
        writer->changes++;
    }
    for (; writer->changes < writer->threshold; writer->changes++)
        writer->db.replace_document(writer->spare, document);
    writer->changes = 0;
    writer->held = 0;
}

/* After a change of so many bytes.  Who asks Xapian for more than a million documents at a time
 * has it so. */
void grown(hlx_writer *writer, size_t bytes)
{
    writer->held += bytes;
    if (++writer->changes >= writer->threshold)
        writer->changes = writer->held = 0;
    else if (writer->changes + 1 >= writer->threshold ||
             (writer->held >= writer->memory && writer->threshold <= 1000000))
        flush(writer);
}

/* What Xapian would only complain of when the document is half written, or at the flush. */
string checked_term(hlx_bytes bytes)
{
    string term = term_of(bytes);
    size_t zeros = static_cast<size_t>(std::count(term.begin(), term.end(), '\0'));
    if (term.size() + zeros > HLX_TERM_MAX)
        throw Refusal{HL_MISUSE, "a term of " + std::to_string(term.size() + zeros) +
                                     " bytes; Xapian takes " + std::to_string(HLX_TERM_MAX)};
    return term;
}

Xapian::Document document_of(const hlx_document &from)
{
    Xapian::Document document;
    for (size_t i = 0; i < from.term_count; i++) {
        const hlx_posting &posting = from.terms[i];
        string term = checked_term(posting.term);
        document.add_term(term, posting.wdf);
        for (size_t k = 0; k < posting.count; k++)
            document.add_posting(term, posting.positions[k], 0);
    }
    for (size_t i = 0; i < from.value_count; i++)
        document.add_value(from.values[i].slot, text_of(from.values[i].value));
    document.set_data(text_of(from.data));
    return document;
}

void put_document(hlx_writer *writer, const string &id, const Xapian::Document &document,
                  bool replaced)
{
    if (replaced) {
        writer->db.replace_document(id, document);
    } else if (writer->spare) {
        writer->db.replace_document(writer->spare, document);
        writer->spare = 0;
    } else {
        writer->db.add_document(document);
    }
}

hl_status write_put(hlx_writer *writer, const hlx_document *document, bool *out_replaced,
                    hlx_error *err)
{
    return change(writer, err, [&] {
        string id = checked_term(document->id_term);
        Xapian::Document made = document_of(*document);
        bool replaced = writer->db.term_exists(id);
        put_document(writer, id, made, replaced);
        grown(writer, weight_of(*document) * (replaced ? 2 : 1));
        *out_replaced = replaced;
    });
}

hl_status write_has(hlx_writer *writer, hlx_bytes term, bool *out_has, hlx_error *err)
{
    return change(writer, err, [&] { *out_has = writer->db.term_exists(term_of(term)); });
}

hl_status write_remove(hlx_writer *writer, hlx_bytes id_term, bool *out_removed, hlx_error *err)
{
    return change(writer, err, [&] {
        string id = term_of(id_term);
        bool there = writer->db.term_exists(id);
        if (there) {
            size_t terms =
                writer->db.get_document(*writer->db.postlist_begin(id)).termlist_count();
            writer->db.delete_document(id);
            grown(writer, terms * 160);
        }
        *out_removed = there;
    });
}

hl_status write_metadata(hlx_writer *writer, hlx_bytes key, hlx_bytes value, hlx_error *err)
{
    return change(writer, err, [&] { writer->db.set_metadata(term_of(key), text_of(value)); });
}

hl_status read_metadata(hlx_writer *writer, hlx_bytes key, hlx_take *take, void *user,
                        hlx_error *err)
{
    return change(writer, err, [&] {
        string value = writer->db.get_metadata(term_of(key));
        take(user, value.empty() ? nullptr : value.data(), value.size());
    });
}

hl_status write_commit(hlx_writer *writer, uint64_t *out_documents, hlx_error *err)
{
    return change(writer, err, [&] {
        if (writer->spare)
            writer->db.delete_document(writer->spare);
        writer->spare = 0;
        writer->db.commit_transaction();
        writer->changes = writer->held = 0;
        writer->db.begin_transaction();
        *out_documents = writer->db.get_doccount();
    });
}

/* In the order of the header.  clang-format would give each a line. */
// clang-format off
const hlx_calls calls = {
    HLX_VERSION, Xapian::version_string(),
    shard_open, shard_connect, [](hlx_shard *shard) { delete shard; }, shard_counts,
    shard_revision, shard_reopen, shard_metadata, shard_metadata_keys, shard_terms,
    shard_documents, set_join, [](hlx_set *set) { delete set; }, set_frequencies,
    set_document_frequencies, set_search, [](hlx_result *r) { delete static_cast<Found *>(r); },
    set_fetch_by_term, write_open, write_close, write_put, write_has, write_remove,
    write_metadata, read_metadata, write_commit,
};
// clang-format on

} // namespace

extern "C" __attribute__((visibility("default"))) const hlx_calls *hlx_module(void)
{
    return &calls;
}
