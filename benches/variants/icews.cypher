// Questions over the events of 2014 that no engine was tuned for. The same in SQL lies beside it.

// name: pairs
MATCH (a:Actor)-[e:EVENT]->(b:Actor) RETURN a.name AS x, b.name AS y, count(*) AS n ORDER BY n DESC, x, y
LIMIT 10;

// name: kinds
MATCH ()-[e:EVENT]->() RETURN e.kind AS k, count(*) AS n ORDER BY n DESC, k LIMIT 10;

// name: monthkind
MATCH (:Actor)-[e:EVENT]->(:Actor) WHERE e.kind IN ['Consult','Make statement'] RETURN e.month AS m, e.kind
AS k, count(*) AS n ORDER BY m, k;

// name: lastof
MATCH (a:Actor {name:'Iran'})-[e:EVENT]->(b:Actor) RETURN b.name AS y, max(e.date) AS d, count(*) AS n ORDER
BY d DESC, n DESC, y LIMIT 10;

// name: reciprocal
MATCH (a:Actor)-[e:EVENT]->(b:Actor)-[f:EVENT]->(a) WHERE e.kind = 'Make a visit' AND f.kind = 'Host a
visit' AND e.date = f.date RETURN count(*) AS n;

// name: firstvisit
MATCH (a:Actor)-[e:EVENT]->(b:Actor {name:'China'}) WHERE e.kind='Make a visit' RETURN a.name AS x,
min(e.date) AS d ORDER BY d, x LIMIT 10;

// name: common
MATCH (a:Actor {name:'Iran'})-[:EVENT]->(x:Actor)<-[:EVENT]-(b:Actor {name:'China'}) RETURN count(DISTINCT
x) AS n;

// name: both
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.kind='Threaten' AND EXISTS { MATCH (a)-[f:EVENT]->(b) WHERE
f.kind = 'Consult' AND f.date > e.date } RETURN count(*) AS n;

// name: sameday
MATCH (a:Actor)-[e:EVENT]->(b:Actor)-[f:EVENT]->(c:Actor) WHERE e.kind='Consult' AND f.kind='Consult' AND
e.date=f.date AND a<>c RETURN count(*) AS n;

// name: week
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.date >= date('2014-03-03') AND e.date <= date('2014-03-09')
RETURN b.name AS y, count(*) AS n ORDER BY n DESC, y LIMIT 10;

// name: busiestday
MATCH ()-[e:EVENT]->() RETURN e.date AS d, count(*) AS n ORDER BY n DESC, d LIMIT 5;

// name: degree
MATCH (a:Actor)-[:EVENT]-(b:Actor) RETURN a.name AS x, count(DISTINCT b) AS n ORDER BY n DESC, x LIMIT 10;

// name: noanswer
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.kind='Make an appeal or request' AND NOT EXISTS { (b)-[:EVENT]->(a) } RETURN count(*) AS n;

// name: contains
MATCH (a:Actor) WHERE a.name CONTAINS 'Police' RETURN count(*) AS n;

// name: tri
MATCH (a:Actor)-[e1:EVENT]->(b:Actor)-[e2:EVENT]->(c:Actor)-[e3:EVENT]->(a) WHERE e1.kind='Consult' AND
e2.kind='Consult' AND e3.kind='Consult' RETURN count(*) AS n;

// name: triday
MATCH (a:Actor)-[e1:EVENT]->(b:Actor)-[e2:EVENT]->(c:Actor)-[e3:EVENT]->(a) WHERE e1.date = e2.date AND
e2.date = e3.date RETURN count(*) AS n;

// name: tripord
MATCH (a:Actor)-[e1:EVENT]->(b:Actor)-[e2:EVENT]->(c:Actor) WHERE e1.kind='Threaten' AND e2.kind='Threaten'
AND e2.date > e1.date RETURN count(*) AS n;

// name: distinctkinds
MATCH (a:Actor)-[e:EVENT]->(:Actor) RETURN a.name AS x, count(DISTINCT e.kind) AS k ORDER BY k DESC, x LIMIT
10;

// name: quarter
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE a.name STARTS WITH 'C' RETURN e.month AS m, count(*) AS n,
count(DISTINCT b) AS k ORDER BY m;
