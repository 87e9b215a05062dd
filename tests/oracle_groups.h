/*
 * oracle_groups.h - groups of the query language by their definition, an article at a time.
 *
 * A tree is what a test asks for; a node is the tree with the keys that its words stand for
 * in the archive.  A node is asked of one article, reads it from its first word to its last,
 * and knows no other.
 *
 * Used by the files of the oracle only; tests see oracle.h.
 *
 * Ownership   a node is the caller's until oracle_node_free().
 * Errors      none: an assert ends the test.
 */
#ifndef HL_TESTS_ORACLE_GROUPS_H
#define HL_TESTS_ORACLE_GROUPS_H

#include "oracle_words.h"

enum {
    ORACLE_ROW_WORDS = 16,
    ORACLE_STANDS = 64 /* keys of a word or group that the second look looks for at most */
};

struct oracle_node;

/* Does it count as a word of the query?  Groups that have words do, unless they are left out.
 */
bool oracle_tree_is_word(const struct oracle_tree *tree);
int64_t oracle_tree_marked_words(struct oracle *oracle, const struct oracle_tree *tree);

struct oracle_node *oracle_node_make(const struct oracle_reader *reader,
                                     const struct oracle_tree *tree);
/* A tree that is no word, as conditions: one, or one a word of APART.  How many. */
size_t oracle_conditions_make(const struct oracle_reader *reader,
                              const struct oracle_tree *tree,
                              struct oracle_node *out_nodes[ORACLE_ROW_WORDS]);
void oracle_node_free(struct oracle_node *node);

/* The same asked once more? */
bool oracle_node_same(const struct oracle_node *a, const struct oracle_node *b);
/* Rows of the same words, which mean the same, in the same place? */
bool oracle_rows_same(const struct oracle_node *a, const struct oracle_node *b);
uint64_t oracle_node_df(const struct oracle *oracle, const struct oracle_node *node);
/* The sum over the words of a row; false and untouched if it is none. */
bool oracle_node_idf(const struct oracle_node *node, double *out_idf);
/* How often an article has it; 1 where it only narrows, 0: it has it not. */
uint64_t oracle_node_tf(const struct oracle *oracle, const struct oracle_node *node,
                        const struct document *document);
/* The keys at whose places the second look sees it: those of words joined by OR, if there are
 * not too many of them. */
void oracle_node_stands(const struct oracle_node *node, struct oracle_group *out_group);

/* Does some key of the group, alternative or not, stand at the position? */
bool oracle_group_is_at(const struct oracle_group *group, const struct word *at,
                        const struct word *end);
uint64_t oracle_rows_in(const struct words *words, const struct oracle_others *others);

#endif
