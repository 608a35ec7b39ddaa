// Subgraph counts over the labelled social network that no engine was tuned for. The same in SQL lies beside it.

// name: taggedinterest
MATCH (f:Forum)-[:HAS_MEMBER]->(p:Person)-[:HAS_INTEREST]->(t:Tag)<-[:HAS_TAG]-(m:Post)<-[:CONTAINER_OF]-(f)
RETURN count(*) AS n;

// name: repliestoothers
MATCH (p:Person)<-[:HAS_CREATOR]-(c:Comment)-[:REPLY_OF]->(m:Message)-[:HAS_CREATOR]->(q:Person) WHERE p <>
q RETURN count(*) AS n;

// name: friendslike
MATCH (p:Person)-[:LIKES]->(m:Message)-[:HAS_CREATOR]->(q:Person)-[:KNOWS]-(p) RETURN count(*) AS n;

// name: triangles
MATCH (a:Person)-[:KNOWS]-(b:Person)-[:KNOWS]-(c:Person)-[:KNOWS]-(a) RETURN count(*) AS n;

// name: squares
MATCH (a:Person)-[:KNOWS]-(b:Person)-[:KNOWS]-(c:Person)-[:KNOWS]-(d:Person)-[:KNOWS]-(a) WHERE a <> c AND b
<> d RETURN count(*) AS n;

// name: owninterest
MATCH (t:Tag)<-[:HAS_TAG]-(m:Message)-[:HAS_CREATOR]->(p:Person)-[:HAS_INTEREST]->(t) RETURN count(*) AS n;

// name: threads
MATCH (c:Comment)-[:REPLY_OF]->(d:Comment)-[:REPLY_OF]->(p:Post)-[:HAS_CREATOR]->(q:Person) RETURN count(*)
AS n;

// name: forumtags
MATCH (f:Forum)-[:CONTAINER_OF]->(p:Post)-[:HAS_TAG]->(t:Tag) WITH f, t, count(*) AS n WHERE n > 1 RETURN
count(*) AS pairs, sum(n) AS total;

// name: unanswered
MATCH (p:Person)-[:LIKES]->(m:Message) WHERE NOT (m)<-[:REPLY_OF]-(:Comment) RETURN count(*) AS n;

// name: friendsinterest
MATCH (p:Person)-[:KNOWS]-(q:Person)-[:LIKES]->(m:Post)-[:HAS_TAG]->(t:Tag)<-[:HAS_INTEREST]-(p) RETURN
count(*) AS n;

// name: likesoffriends
MATCH (p:Person)-[:KNOWS]-(q:Person) OPTIONAL MATCH (q)-[:LIKES]->(m:Message)-[:HAS_CREATOR]->(p) RETURN
count(*) AS n, count(m) AS likes;

// name: liketags
MATCH (t:Tag)<-[:HAS_TAG]-(m:Message)<-[:LIKES]-(p:Person) RETURN count(*) AS n;

// name: selfreplies
MATCH (m:Message)<-[:REPLY_OF]-(c:Comment)-[:HAS_CREATOR]->(p:Person), (m)-[:HAS_CREATOR]->(p) RETURN
count(*) AS n;

// name: othertags
MATCH (t1:Tag)<-[:HAS_TAG]-(m:Message)-[:HAS_TAG]->(t2:Tag),
(m)-[:HAS_CREATOR]->(p:Person)-[:HAS_INTEREST]->(t1) WHERE t1 <> t2 RETURN count(*) AS n;

// name: memberlikes
MATCH (f:Forum)-[:HAS_MEMBER]->(p:Person)-[:LIKES]->(m:Post)<-[:CONTAINER_OF]-(f) RETURN count(*) AS n;

// name: sharedtags
MATCH (p:Person)-[:KNOWS]-(q:Person), (p)-[:HAS_INTEREST]->(t:Tag)<-[:HAS_INTEREST]-(q) RETURN count(*) AS n;

// name: neighbours
MATCH (p:Person)-[:KNOWS]-(q:Person), (p)-[:IS_LOCATED_IN]->(c:City)<-[:IS_LOCATED_IN]-(q) RETURN count(*) AS n;

// name: chainstofriends
MATCH (c:Comment)-[:REPLY_OF]->(d:Comment)-[:REPLY_OF]->(e:Message)-[:HAS_CREATOR]->(p:Person)-[:KNOWS]-(q:Person)
RETURN count(*) AS n;

// name: tagclasses
MATCH (m:Message)-[:HAS_TAG]->(t:Tag)-[:HAS_TYPE]->(k:TagClass) RETURN k.id AS id, count(*) AS n ORDER BY n DESC, id
LIMIT 10;

// name: toplikers
MATCH (p:Person)-[:LIKES]->(m:Message) RETURN p.id AS id, count(m) AS n ORDER BY n DESC, id LIMIT 10;

// name: likesbeyond
MATCH (p:Person)-[:LIKES]->(m:Message)-[:HAS_TAG]->(t:Tag) WHERE NOT (p)-[:HAS_INTEREST]->(t) RETURN count(*) AS n;

// name: strangersreply
MATCH (p:Person)<-[:HAS_CREATOR]-(c:Comment)-[:REPLY_OF]->(m:Message)-[:HAS_CREATOR]->(q:Person) WHERE NOT
(p)-[:KNOWS]-(q) AND p <> q RETURN count(*) AS n;

// name: selflikes
MATCH (p:Person)-[:LIKES]->(m:Message)-[:HAS_CREATOR]->(p) RETURN count(*) AS n;

// name: commenters
MATCH (m:Post)<-[:REPLY_OF]-(c:Comment)-[:HAS_CREATOR]->(p:Person) RETURN count(DISTINCT p) AS n;

// name: repeatedtags
MATCH (c:Comment)-[:REPLY_OF]->(m:Message) OPTIONAL MATCH (c)-[:HAS_TAG]->(t:Tag)<-[:HAS_TAG]-(m) RETURN count(*) AS n,
count(t) AS shared;

// name: abroad
MATCH (a:Person)-[:IS_LOCATED_IN]->(:City)-[:IS_PART_OF]->(x:Country), (b:Person)-[:IS_LOCATED_IN]->(:City)-
[:IS_PART_OF]->(y:Country), (a)-[:KNOWS]-(b) WHERE x <> y RETURN count(*) AS n;

// name: friendsinforum
MATCH (f:Forum)-[:HAS_MEMBER]->(a:Person)-[:KNOWS]-(b:Person)<-[:HAS_MEMBER]-(f) RETURN count(*) AS n;

// name: quietforums
MATCH (f:Forum)-[:HAS_MEMBER]->(p:Person) WHERE NOT (f)-[:CONTAINER_OF]->(:Post) RETURN count(*) AS n;

// name: likedtags
MATCH (p:Person)-[:LIKES]->(m:Message)-[:HAS_TAG]->(t:Tag) RETURN t.id AS id, count(*) AS n ORDER BY n DESC, id LIMIT 5;

// name: prolific
MATCH (m:Message)-[:HAS_CREATOR]->(p:Person) WITH p, count(*) AS n WHERE n > 300 RETURN count(*) AS persons, min(n) AS
least, max(n) AS most;

// name: likedforums
MATCH (f:Forum)-[:CONTAINER_OF]->(m:Post)<-[:LIKES]-(p:Person) RETURN count(DISTINCT f) AS forums, count(DISTINCT p) AS
persons;

// name: deepreplies
MATCH (a:Comment)-[:REPLY_OF]->(b:Comment)-[:REPLY_OF]->(c:Comment)-[:REPLY_OF]->(p:Post)<-[:CONTAINER_OF]-(f:Forum)
RETURN count(*) AS n;

// name: repliesbyfriends
MATCH (c:Comment)-[:REPLY_OF]->(m:Post) OPTIONAL MATCH (c)-[:HAS_CREATOR]->(p:Person)-[:KNOWS]-(q:Person)<-[:HAS_CREATOR]-
(m) RETURN count(*) AS n, count(q) AS friends;

// name: likedneighbours
MATCH (a:Person)-[:KNOWS]-(b:Person), (a)<-[:HAS_CREATOR]-(m:Message)<-[:LIKES]-(b),
(a)-[:IS_LOCATED_IN]->(c:City)<-[:IS_LOCATED_IN]-(b) RETURN count(*) AS n;

// name: forumlikers
MATCH (f:Forum)-[:CONTAINER_OF]->(m:Post)<-[:LIKES]-(p:Person) WITH f, count(DISTINCT p) AS n WHERE n > 3 RETURN count(*)
AS forums, max(n) AS most;

// name: ownforum
MATCH (f:Forum)-[:HAS_MEMBER]->(p:Person)<-[:HAS_CREATOR]-(m:Post)<-[:CONTAINER_OF]-(f) RETURN count(*) AS n;

// name: neverliked
MATCH (m:Post) WHERE NOT EXISTS { (m)<-[:LIKES]-(:Person) } AND NOT EXISTS { (m)<-[:REPLY_OF]-(:Comment) } RETURN count(*)
AS n;

// name: commontags
MATCH (c:Comment)-[:REPLY_OF]->(m:Post), (c)-[:HAS_TAG]->(t:Tag)<-[:HAS_TAG]-(m) RETURN count(DISTINCT t) AS tags, count(*)
AS n;

// name: replycountries
MATCH (c:Comment)-[:HAS_CREATOR]->(p:Person)-[:IS_LOCATED_IN]->(:City)-[:IS_PART_OF]->(k:Country) RETURN k.id AS id,
count(*) AS n ORDER BY n DESC, id LIMIT 10;

// name: friendsoffriends
MATCH (p:Person)-[:KNOWS]-(q:Person)-[:KNOWS]-(r:Person) WHERE p <> r AND NOT (p)-[:KNOWS]-(r) RETURN count(*) AS n;

// name: classinterests
MATCH (p:Person)-[:HAS_INTEREST]->(t:Tag)-[:HAS_TYPE]->(k:TagClass) RETURN k.id AS id, count(DISTINCT p) AS persons, count(*)
AS n ORDER BY n DESC, id LIMIT 5;

// name: interestedmembers
MATCH (f:Forum)-[:HAS_MEMBER]->(p:Person)-[:HAS_INTEREST]->(t:Tag) WITH f, count(DISTINCT t) AS n WHERE n > 100 RETURN
count(*) AS forums, max(n) AS most;

// name: authorsforums
MATCH (f:Forum)-[:CONTAINER_OF]->(m:Post)-[:HAS_CREATOR]->(p:Person) WITH f, count(DISTINCT p) AS authors, count(*) AS posts
RETURN max(authors) AS a, sum(authors) AS total, sum(posts) AS posts;

// name: lonelytags
MATCH (t:Tag) WHERE NOT (t)<-[:HAS_INTEREST]-(:Person) AND (t)<-[:HAS_TAG]-(:Post) RETURN count(*) AS n;

// name: cityfriends
MATCH (a:Person)-[:KNOWS]-(b:Person)-[:IS_LOCATED_IN]->(c:City) WITH a, count(DISTINCT c) AS cities, count(*) AS friends WHERE
friends > 40 RETURN count(*) AS persons, sum(cities) AS cities, max(friends) AS most;

// name: likesabroad
MATCH (p:Person)-[:LIKES]->(m:Post)-[:HAS_CREATOR]->(q:Person), (p)-[:IS_LOCATED_IN]->(:City)-[:IS_PART_OF]->(x:Country),
(q)-[:IS_LOCATED_IN]->(:City)-[:IS_PART_OF]->(y:Country) WHERE x <> y RETURN count(*) AS n;

// name: unlikedtags
MATCH (t:Tag)<-[:HAS_TAG]-(m:Post) WHERE NOT (m)<-[:LIKES]-(:Person) RETURN t.id AS id, count(*) AS n ORDER BY n DESC, id
LIMIT 10;

// name: repliers
MATCH (c:Comment)-[:REPLY_OF]->(m:Post)<-[:CONTAINER_OF]-(f:Forum) WITH f, count(c) AS replies WHERE replies >= 20 RETURN
count(*) AS forums, sum(replies) AS replies;

// name: fansoftags
MATCH (p:Person)-[:LIKES]->(m:Post)-[:HAS_TAG]->(t:Tag)-[:HAS_TYPE]->(k:TagClass) RETURN k.id AS id, count(DISTINCT p) AS
persons, count(*) AS n ORDER BY n DESC, id LIMIT 5;

// name: memberauthors
MATCH (f:Forum)-[:CONTAINER_OF]->(m:Post)-[:HAS_CREATOR]->(p:Person) WHERE NOT (f)-[:HAS_MEMBER]->(p) RETURN count(*) AS n;
