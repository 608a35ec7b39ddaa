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

// name: within7
MATCH (a:Actor)-[e:EVENT]->(b:Actor)-[f:EVENT]->(a) WHERE e.kind = 'Threaten' AND f.date >= e.date AND f.date <=
e.date + duration('P7D') RETURN count(*) AS n;

// name: beforeafter
MATCH (a:Actor)-[e:EVENT]->(b:Actor), (a)-[f:EVENT]->(b) WHERE e.kind = 'Accuse' AND f.kind = 'Use conventional military force' AND e.date < f.date RETURN count(*) AS n;

// name: samepairday
MATCH (a:Actor)-[e:EVENT]->(b:Actor)-[f:EVENT]->(a) WHERE e.date = f.date AND e.kind = f.kind RETURN e.kind AS k,
count(*) AS n ORDER BY n DESC, k LIMIT 10;

// name: samekindchain
MATCH (a:Actor)-[e:EVENT]->(b:Actor)-[f:EVENT]->(c:Actor) WHERE e.kind = f.kind AND e.date = f.date RETURN count(*) AS
n;

// name: monthtype
MATCH ()-[e:EVENT]->() RETURN e.month AS m, e.kind AS k, count(*) AS n ORDER BY n DESC, m, k LIMIT 20;

// name: onlytalk
MATCH (a:Actor) WHERE EXISTS { (a)-[:EVENT {kind: 'Consult'}]->() } AND NOT EXISTS { (a)-[:EVENT {kind: 'Make statement'}]->() } RETURN count(*) AS n;

// name: silent
MATCH (a:Actor) WHERE NOT EXISTS { (a)-[:EVENT]->() } RETURN count(*) AS n;

// name: actorsperkind
MATCH (a:Actor)-[e:EVENT]->(b:Actor) RETURN e.kind AS k, count(DISTINCT a) AS x, count(DISTINCT b) AS y, count(*) AS n
ORDER BY n DESC, k LIMIT 20;

// name: firstlastpair
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WITH a, b, min(e.date) AS first, max(e.date) AS last, count(*) AS n WHERE n >= 20
RETURN a.name AS x, b.name AS y, first, last, n ORDER BY n DESC, x, y LIMIT 10;

// name: topkindpairs
MATCH (a:Actor)-[e:EVENT {kind: 'Accuse'}]->(b:Actor) RETURN a.name AS x, b.name AS y, count(*) AS n ORDER BY n DESC,
x, y LIMIT 10;

// name: bytype
MATCH (a)-[r]->(b) RETURN type(r) AS t, count(*) AS n, min(r.date) AS first, max(r.date) AS last ORDER BY n DESC, t;

// name: untypedout
MATCH (a)-->(b) RETURN a.name AS x, count(*) AS n ORDER BY n DESC, x LIMIT 10;

// name: collectkinds
MATCH (a:Actor {name: 'Iran'})-[e:EVENT]->(b:Actor) WITH b, collect(DISTINCT e.kind) AS kinds RETURN b.name AS y,
size(kinds) AS n ORDER BY n DESC, y LIMIT 10;

// name: collectall
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WITH a, collect(DISTINCT b) AS others WHERE size(others) > 50 RETURN a.name AS x,
size(others) AS n ORDER BY n DESC, x LIMIT 10;

// name: chain3
MATCH (a:Actor)-[e:EVENT {kind: 'Threaten'}]->(b:Actor)-[f:EVENT {kind: 'Threaten'}]->(c:Actor)-[g:EVENT {kind:
'Consult'}]->(d:Actor) WHERE e.date < f.date AND f.date < g.date RETURN count(*) AS n;

// name: chainfrom
MATCH (a:Actor {name: 'Barack Obama'})-[e:EVENT]->(b:Actor)-[f:EVENT]->(c:Actor) WHERE e.date = f.date AND c <> a
RETURN c.name AS x, count(*) AS n ORDER BY n DESC, x LIMIT 10;

// name: sametarget
MATCH (a:Actor)-[e:EVENT]->(x:Actor)<-[f:EVENT]-(b:Actor) WHERE e.kind = 'Criticize or denounce' AND f.kind =
'Criticize or denounce' AND e.date = f.date AND a.id < b.id RETURN x.name AS x, count(*) AS n ORDER BY n DESC, x LIMIT
10;

// name: sametargetmonth
MATCH (a:Actor)-[e:EVENT]->(x:Actor)<-[f:EVENT]-(b:Actor) WHERE e.kind = 'Accuse' AND f.kind = 'Accuse' AND e.month =
f.month AND a.id < b.id RETURN a.name AS p, b.name AS q, count(*) AS n ORDER BY n DESC, p, q LIMIT 10;

// name: activedays
MATCH (a:Actor)-[e:EVENT]->() RETURN a.name AS x, count(DISTINCT e.date) AS days ORDER BY days DESC, x LIMIT 10;

// name: pairdays
MATCH (a:Actor)-[e:EVENT]-(b:Actor) WHERE a.id < b.id RETURN a.name AS x, b.name AS y, count(DISTINCT e.date) AS d
ORDER BY d DESC, x, y LIMIT 10;

// name: dayname
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.date = date('2014-07-17') RETURN a.name AS x, e.kind AS k, b.name AS y
ORDER BY x, k, y LIMIT 20;

// name: kindcontains
MATCH (:Actor)-[e:EVENT]->(:Actor) WHERE e.kind CONTAINS 'visit' RETURN e.kind AS k, count(*) AS n ORDER BY k;

// name: betweencountries
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE a.name CONTAINS 'Police' AND b.name CONTAINS 'Protester' RETURN e.kind AS
k, count(*) AS n ORDER BY n DESC, k LIMIT 10;

// name: noretaliation
MATCH (a:Actor)-[e:EVENT {kind: 'Accuse'}]->(b:Actor) WHERE NOT EXISTS { MATCH (b)-[f:EVENT]->(a) WHERE f.date >
e.date } RETURN count(*) AS n;

// name: visitthenagree
MATCH (a:Actor)-[v:EVENT {kind: 'Make a visit'}]->(b:Actor)-[h:EVENT {kind: 'Host a visit'}]->(a), (a)-[s:EVENT {kind:
'Sign formal agreement'}]->(b) WHERE v.date = h.date AND s.date >= v.date RETURN count(*) AS n;

// name: weekdays
MATCH ()-[e:EVENT]->() RETURN e.date.dayOfWeek AS w, count(*) AS n ORDER BY w;

// name: quiet
MATCH (a:Actor)-[e:EVENT]->() WITH a, max(e.date) AS last WHERE last < date('2014-03-01') RETURN count(*) AS n;

// name: threedays
MATCH (a:Actor)-[e:EVENT {kind: 'Demand'}]->(b:Actor)<-[f:EVENT {kind: 'Demand'}]-(c:Actor) WHERE e.date = f.date AND
a <> c RETURN count(*) AS n;

// name: monthpairs
MATCH (a:Actor)-[e:EVENT]->(b:Actor) RETURN e.month AS m, count(DISTINCT a) AS x, count(*) AS n ORDER BY m;

// name: coop
MATCH (a:Actor)-[e:EVENT {kind: 'Engage in diplomatic cooperation'}]->(b:Actor) WHERE EXISTS { MATCH (b)-[f:EVENT
{kind: 'Engage in diplomatic cooperation'}]->(a) WHERE f.date = e.date } RETURN e.month AS m, count(*) AS n ORDER BY
m;

// name: lastquarter
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.date >= date('2014-10-01') RETURN e.month AS m, count(*) AS n,
count(DISTINCT a.id) AS x, count(DISTINCT b.id) AS y ORDER BY m;

// name: mostvisited
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.kind IN ['Make a visit', 'Host a visit'] RETURN b.name AS y, count(*) AS n,
count(DISTINCT a.id) AS k ORDER BY n DESC, y LIMIT 10;

// name: chinasummer
MATCH (a:Actor {name: 'China'})-[e:EVENT]-(b:Actor) WHERE e.date >= date('2014-06-01') AND e.date < date('2014-09-01')
RETURN b.name AS y, count(*) AS n ORDER BY n DESC, y LIMIT 10;

// name: threatforce
MATCH (a:Actor)-[e:EVENT]->(b:Actor), (a)-[f:EVENT]->(b) WHERE e.kind = 'Threaten' AND f.kind =
'Use conventional military force' AND e.date < f.date AND f.date <= e.date + duration('P30D') RETURN a.name AS x, b.name AS y, count(*) AS
n ORDER BY n DESC, x, y LIMIT 10;

// name: consultrings
MATCH (a:Actor)-[e1:EVENT]->(b:Actor)-[e2:EVENT]->(c:Actor)-[e3:EVENT]->(a) WHERE e1.kind = 'Consult' AND e2.kind =
'Consult' AND e3.kind = 'Consult' AND e1.month = e2.month AND e2.month = e3.month RETURN e1.month AS m, count(*) AS n
ORDER BY m;

// name: lastagreements
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.kind = 'Sign formal agreement' RETURN e.date AS d, a.name AS x, b.name AS y
ORDER BY d DESC, x, y LIMIT 10;

// name: iranreach
MATCH (a:Actor {name: 'Iran'})-[:EVENT]->(:Actor)-[:EVENT]->(c:Actor) RETURN count(DISTINCT c) AS n;

// name: kindspermonth
MATCH (:Actor)-[e:EVENT]->(:Actor) RETURN e.month AS m, count(DISTINCT e.kind) AS k, count(*) AS n ORDER BY m;

// name: steadypairs
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WITH a, b, count(DISTINCT e.month) AS m, count(*) AS n WHERE m >= 6 RETURN a.name
AS x, b.name AS y, m, n ORDER BY m DESC, n DESC, x, y LIMIT 10;

// name: mutualblame
MATCH (a:Actor)-[e:EVENT]->(b:Actor)-[f:EVENT]->(a) WHERE e.kind = 'Accuse' AND f.kind = 'Accuse' AND a.id < b.id AND
e.month = f.month RETURN a.name AS x, b.name AS y, count(*) AS n ORDER BY n DESC, x, y LIMIT 10;

// name: unhosted
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.kind = 'Make a visit' AND NOT EXISTS { MATCH (b)-[f:EVENT]->(a) WHERE
f.kind = 'Host a visit' AND f.date = e.date } RETURN count(*) AS n;

// name: spanofprotesters
MATCH (a:Actor)-[e:EVENT]->(:Actor) WHERE a.name STARTS WITH 'Protester' RETURN a.name AS x, min(e.date) AS first,
max(e.date) AS last, count(*) AS n ORDER BY n DESC, x LIMIT 10;

// name: consultmonths
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.kind = 'Consult' RETURN e.month AS m, count(DISTINCT a) AS x,
count(DISTINCT b) AS y, max(e.date) AS last ORDER BY m;

// name: weekdaykinds
MATCH ()-[e:EVENT]->() RETURN e.date.dayOfWeek AS w, e.kind AS k, count(*) AS n ORDER BY n DESC, w, k LIMIT 15;

// name: firstcontact
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WITH a, b, min(e.date) AS first WHERE first >= date('2014-12-01') RETURN b.name AS
y, count(*) AS n ORDER BY n DESC, y LIMIT 10;

// name: answered
MATCH (a:Actor)-[e:EVENT {kind: 'Accuse'}]->(b:Actor) WHERE EXISTS { MATCH (b)-[f:EVENT]->(a) WHERE f.date >= e.date
AND f.date <= e.date + duration('P3D') } RETURN a.name AS x, count(*) AS n ORDER BY n DESC, x LIMIT 10;

// name: calmdown
MATCH (a:Actor)-[e:EVENT {kind: 'Threaten'}]->(b:Actor), (a)-[f:EVENT {kind: 'Engage in negotiation'}]->(b) WHERE
f.date > e.date RETURN e.month AS m, count(*) AS n ORDER BY m;

// name: relay
MATCH (a:Actor {name: 'China'})-[e:EVENT]->(b:Actor)-[f:EVENT]->(c:Actor) WHERE f.kind = e.kind AND f.date > e.date AND
f.date <= e.date + duration('P2D') AND c <> a RETURN c.name AS x, count(*) AS n ORDER BY n DESC, x LIMIT 10;

// name: spans
MATCH (a:Actor)-[e:EVENT]->(b:Actor) RETURN a.name AS x, min(e.date) AS first, max(e.date) AS last, count(DISTINCT b) AS
k ORDER BY k DESC, x LIMIT 10;

// name: weekendpairs
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.date.dayOfWeek >= 6 RETURN a.name AS x, b.name AS y, count(*) AS n ORDER BY
n DESC, x, y LIMIT 10;

// name: premiers
MATCH (a:Actor) WHERE a.name STARTS WITH 'Head of Government' OPTIONAL MATCH (a)-[e:EVENT {kind:
'Make a visit'}]->(b:Actor) RETURN a.name AS x, count(e) AS n, count(DISTINCT b) AS k ORDER BY n DESC, x LIMIT 10;

// name: daypeaks
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WITH a, e.date AS d, count(*) AS n WHERE n >= 20 RETURN a.name AS x, d, n ORDER BY
n DESC, x, d LIMIT 10;

// name: everyday
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WITH e.kind AS k, count(DISTINCT e.date) AS d, count(DISTINCT a) AS x WHERE d > 100
RETURN k, d, x ORDER BY d DESC, k LIMIT 20;

// name: samedemands
MATCH (a:Actor)-[e:EVENT]->(x:Actor)<-[f:EVENT]-(b:Actor) WHERE e.kind = 'Demand' AND f.kind = 'Demand' AND e.month =
f.month AND a.id < b.id RETURN count(*) AS n;

// name: tours
MATCH (a:Actor)-[e:EVENT {kind: 'Make a visit'}]->(b:Actor)-[f:EVENT {kind: 'Make a visit'}]->(c:Actor) WHERE e.date <
f.date AND f.date <= e.date + duration('P14D') AND a <> c RETURN count(*) AS n;

// name: newcomers
MATCH (a:Actor)-[e:EVENT]->() WITH a, min(e.month) AS m RETURN m, count(*) AS n ORDER BY m;

// name: thankless
MATCH (a:Actor)-[e:EVENT {kind: 'Provide humanitarian aid'}]->(b:Actor) WHERE NOT EXISTS { (b)-[:EVENT {kind:
'Praise or endorse'}]->(a) } RETURN e.month AS m, count(*) AS n ORDER BY m;

// name: japanmonths
MATCH (a:Actor {name: 'Japan'})-[e:EVENT]->(b:Actor) WITH e.month AS m, collect(DISTINCT b.name) AS others RETURN m,
size(others) AS n ORDER BY m;

// name: attention
MATCH (a:Actor)<-[e:EVENT]-(b:Actor) RETURN a.name AS x, count(DISTINCT b) AS k, count(DISTINCT e.kind) AS kinds,
count(*) AS n ORDER BY k DESC, x LIMIT 10;

// name: criticaldays
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.kind = 'Criticize or denounce' RETURN e.date AS d, count(*) AS n,
count(DISTINCT a.id) AS x ORDER BY n DESC, d LIMIT 10;

// name: mondays
MATCH ()-[e:EVENT]->() WHERE e.date.dayOfWeek = 1 RETURN e.kind AS k, count(*) AS n ORDER BY n DESC, k LIMIT 10;

// name: firstofmonth
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.date.day = 1 RETURN a.name AS x, count(*) AS n, count(DISTINCT b) AS k ORDER
BY n DESC, x LIMIT 10;

// name: makekinds
MATCH (:Actor)-[e:EVENT]->(:Actor) WHERE e.kind STARTS WITH 'Make' RETURN e.month AS m, e.kind AS k, count(*) AS n ORDER BY
m, k;

// name: samedayreplies
MATCH (a:Actor)-[e:EVENT]->(b:Actor)-[f:EVENT]->(a) WHERE e.date = f.date RETURN e.month AS m, count(*) AS n ORDER BY m;

// name: talkanddemand
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.kind IN ['Consult', 'Demand', 'Threaten'] RETURN e.kind AS k, min(e.date) AS
first, max(e.date) AS last, count(DISTINCT a) AS x ORDER BY k;

// name: versatile
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WITH a, collect(DISTINCT e.kind) AS kinds, count(*) AS n WHERE size(kinds) >= 40
RETURN a.name AS x, size(kinds) AS k, n ORDER BY k DESC, x LIMIT 10;

// name: nearchina
MATCH (a:Actor {name: 'China'})-[:EVENT*1..2]->(c:Actor) RETURN count(DISTINCT c) AS n;

// name: sameevents
MATCH (a:Actor)-[e:EVENT]->(b:Actor)<-[f:EVENT]-(c:Actor) WHERE e.kind = f.kind AND e.date = f.date AND a.id < c.id RETURN
e.kind AS k, count(*) AS n ORDER BY n DESC, k LIMIT 10;

// name: halves
MATCH ()-[e:EVENT]->() RETURN e.date < date('2014-07-01') AS early, count(*) AS n, count(DISTINCT e.kind) AS k ORDER BY
early;

// name: weekendkinds
MATCH (a:Actor)-[e:EVENT]->() WHERE e.date.dayOfWeek > 5 AND e.kind CONTAINS 'visit' RETURN a.name AS x, count(*) AS n ORDER
BY n DESC, x LIMIT 10;

// name: opening
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WITH a, min(e.date) AS first RETURN first, count(*) AS n ORDER BY n DESC, first LIMIT 5;

// name: russiaukraine
MATCH (a:Actor {name: 'Russia'})-[e:EVENT]-(b:Actor {name: 'Ukraine'}) RETURN e.month AS m, count(*) AS n, count(DISTINCT
e.kind) AS kinds ORDER BY m;

// name: longestspan
MATCH (a:Actor)-[e:EVENT {kind: 'Consult'}]->(b:Actor) WITH a, b, min(e.date) AS first, max(e.date) AS last, count(*) AS n
WHERE first < date('2014-02-01') AND last > date('2014-12-01') RETURN a.name AS x, b.name AS y, n ORDER BY n DESC, x, y LIMIT
10;

// name: visitorsvisited
MATCH (a:Actor)-[e:EVENT {kind: 'Make a visit'}]->(b:Actor) WHERE EXISTS { (:Actor)-[:EVENT {kind: 'Make a visit'}]->(a) }
RETURN count(*) AS n, count(DISTINCT a) AS x;

// name: nextday
MATCH (a:Actor)-[e:EVENT {kind: 'Criticize or denounce'}]->(b:Actor)-[f:EVENT {kind: 'Criticize or denounce'}]->(a) WHERE
f.date = e.date + duration('P1D') RETURN a.name AS x, count(*) AS n ORDER BY n DESC, x LIMIT 10;

// name: twosided
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE a.id < b.id AND EXISTS { (b)-[:EVENT]->(a) } RETURN e.month AS m, count(*) AS n,
count(DISTINCT a) AS x ORDER BY m;

// name: endofmonth
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WHERE e.date.day >= 28 RETURN e.date.day AS d, count(*) AS n, count(DISTINCT e.kind) AS k
ORDER BY d;

// name: samekindtwice
MATCH (a:Actor)-[e:EVENT]->(b:Actor), (a)-[f:EVENT]->(b) WHERE e.kind = f.kind AND e.date < f.date AND f.date <= e.date +
duration('P2D') RETURN e.kind AS k, count(*) AS n ORDER BY n DESC, k LIMIT 10;

// name: isolated
MATCH (a:Actor)-[e:EVENT]->(b:Actor) WITH a, count(DISTINCT b) AS others, count(*) AS n WHERE others = 1 AND n >= 10 RETURN
a.name AS x, n ORDER BY n DESC, x LIMIT 10;
