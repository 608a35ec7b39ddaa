// Questions over the social graph that no engine was tuned for: other counts, groups and comparisons than
// those of its benchmark. The same in SQL lies beside it.

// name: mostinterests
MATCH (p:Person)-[:HasInterest]->(i:Interest) RETURN i.interest AS i, count(*) AS n ORDER BY n DESC, i LIMIT
5;

// name: avgagebyinterest
MATCH (p:Person)-[:HasInterest]->(i:Interest) RETURN i.interest AS i, avg(p.age) AS a ORDER BY a DESC, i
LIMIT 5;

// name: citybypop
MATCH (c:City)-[:CityIn]->(s:State) RETURN s.state AS s, sum(c.population) AS n ORDER BY n DESC, s LIMIT 10;

// name: followsamecity
MATCH (a:Person)-[:Follows]->(b:Person), (a)-[:LivesIn]->(c:City)<-[:LivesIn]-(b) RETURN count(*) AS n;

// name: followsbystate
MATCH (a:Person)-[:Follows]->(b:Person)-[:LivesIn]->(c:City)-[:CityIn]->(s:State) RETURN s.id AS id, s.state
AS s, count(*) AS n ORDER BY n DESC, id LIMIT 5;

// name: mutual
MATCH (a:Person)-[:Follows]->(b:Person)-[:Follows]->(a) RETURN count(*) AS n;

// name: womenfollowmen
MATCH (a:Person)-[:Follows]->(b:Person) WHERE a.gender = 'female' AND b.gender = 'male' RETURN count(*) AS n;

// name: olderthan
MATCH (a:Person)-[:Follows]->(b:Person) WHERE a.age > b.age RETURN count(*) AS n;

// name: agehist
MATCH (p:Person) RETURN p.age AS age, count(*) AS n ORDER BY age;

// name: marriedstate
MATCH (p:Person)-[:LivesIn]->(:City)-[:CityIn]->(s:State) WHERE p.isMarried = true RETURN s.id AS id,
s.state AS s, count(*) AS n, avg(p.age) AS a ORDER BY n DESC, id LIMIT 10;

// name: noFollowers
MATCH (p:Person) WHERE NOT (p)<-[:Follows]-(:Person) RETURN count(*) AS n;

// name: sharedinterests
MATCH (a:Person)-[:HasInterest]->(i:Interest)<-[:HasInterest]-(b:Person), (a)-[:Follows]->(b) RETURN
count(*) AS n;

// name: oldest
MATCH (p:Person)-[:LivesIn]->(c:City) WHERE c.city = 'London' RETURN p.id AS id, p.name AS name, p.age AS
age ORDER BY age DESC, id LIMIT 5;

// name: fof
MATCH (a:Person {id: 4711})-[:Follows]->(b:Person)-[:Follows]->(c:Person) WHERE NOT (a)-[:Follows]->(c) AND
a <> c RETURN c.id AS id, count(*) AS n ORDER BY n DESC, id LIMIT 10;

// name: cityavgfollowers
MATCH (f:Person)-[:Follows]->(p:Person)-[:LivesIn]->(c:City)-[:CityIn]->(:State)-[:StateIn]->(co:Country)
WITH co, p, count(f) AS n RETURN co.country AS c, avg(n) AS a, max(n) AS m ORDER BY c;

// name: interestpairs
MATCH (i:Interest)<-[:HasInterest]-(p:Person)-[:HasInterest]->(j:Interest) WHERE i.id < j.id RETURN
i.interest AS i, j.interest AS j, count(*) AS n ORDER BY n DESC, i, j LIMIT 5;

// name: triangles
MATCH (a:Person)-[:Follows]->(b:Person)-[:Follows]->(c:Person)-[:Follows]->(a) WHERE a.age < 20 RETURN
count(*) AS n;

// name: names
MATCH (p:Person) WHERE p.name STARTS WITH 'A' AND p.age < 30 RETURN count(*) AS n, min(p.name) AS lo,
max(p.name) AS hi;

// name: dist3
MATCH (a:Person {id: 77})-[:Follows]->(:Person)-[:Follows]->(c:Person) RETURN count(DISTINCT c) AS n;

// name: bigcities
MATCH (p:Person)-[:LivesIn]->(c:City) WITH c, count(p) AS n WHERE n > 20 RETURN c.country AS k, count(*) AS
cities, sum(n) AS people ORDER BY k;

// name: cityresidents
MATCH (p:Person)-[:LivesIn]->(c:City) RETURN c.id AS id, c.city AS city, count(*) AS n ORDER BY n DESC, id LIMIT 5;

// name: bygender
MATCH (p:Person) RETURN p.gender AS g, count(*) AS n, avg(p.age) AS a, min(p.age) AS lo, max(p.age) AS hi ORDER BY g;

// name: mostfollowing
MATCH (a:Person)-[:Follows]->(b:Person) RETURN a.id AS id, a.name AS name, count(b.id) AS n ORDER BY n DESC, id
LIMIT 10;

// name: olderwomen
MATCH (p:Person)-[:LivesIn]->(:City)-[:CityIn]->(s:State)-[:StateIn]->(co:Country) WHERE co.country = 'United States'
AND p.gender = 'female' AND p.age >= 40 RETURN s.state AS s, count(p) AS n ORDER BY n DESC, s LIMIT 5;

// name: crosscountry
MATCH (a:Person)-[:Follows]->(b:Person), (a)-[:LivesIn]->(c:City), (b)-[:LivesIn]->(d:City) WHERE c.country <> d.country
RETURN count(*) AS n;

// name: neighboursofage
MATCH (a:Person)-[:LivesIn]->(c:City)<-[:LivesIn]-(b:Person) WHERE a.age = b.age AND a.id < b.id RETURN count(*) AS n;

// name: interestgender
MATCH (p:Person)-[:HasInterest]->(i:Interest) RETURN i.interest AS i, p.gender AS g, count(*) AS n ORDER BY n DESC, i, g
LIMIT 10;

// name: youngtowives
MATCH (a:Person)-[:Follows]->(b:Person)-[:Follows]->(c:Person) WHERE a.age < 25 AND c.gender = 'female' AND c.isMarried
= true RETURN count(*) AS n;

// name: countryfollowed
MATCH (a:Person)-[:Follows]->(b:Person)-[:LivesIn]->(c:City) WHERE a.age >= 60 RETURN c.country AS k, count(*) AS n
ORDER BY n DESC, k;

// name: followersofcity
MATCH (a:Person)-[:Follows]->(b:Person)-[:LivesIn]->(c:City) WHERE c.city = 'London' RETURN count(DISTINCT a.id) AS n;

// name: popularyoung
MATCH (f:Person)-[:Follows]->(p:Person) WHERE p.gender = 'female' AND p.age < 30 WITH p, count(f) AS n WHERE n > 30
RETURN p.id AS id, p.name AS name, n ORDER BY n DESC, id LIMIT 10;

// name: trianglesofwomen
MATCH (a:Person)-[:Follows]->(b:Person)-[:Follows]->(c:Person), (a)-[:Follows]->(c) WHERE a.gender = 'female' AND
b.gender = 'female' AND c.gender = 'female' RETURN count(*) AS n;

// name: followsidle
MATCH (p:Person)-[:Follows]->(q:Person) WHERE NOT (q)-[:HasInterest]->(:Interest) RETURN count(*) AS n;

// name: acrossgender
MATCH (a:Person)-[:Follows]->(b:Person) WHERE a.gender <> b.gender RETURN a.gender AS g, count(*) AS n, avg(b.age) AS
mean, min(b.age) AS lo, max(b.age) AS hi ORDER BY g;

// name: bigstates
MATCH (p:Person)-[:LivesIn]->(:City)-[:CityIn]->(s:State) WITH s, count(p) AS n WHERE n > 500 RETURN s.country AS
country, count(*) AS states, max(n) AS most ORDER BY country;

// name: oldestincity
MATCH (p:Person)-[:LivesIn]->(c:City) RETURN c.id AS id, max(p.age) AS oldest, count(*) AS n ORDER BY oldest DESC, n
DESC, id LIMIT 10;

// name: mutualinterest
MATCH (a:Person)-[:Follows]->(b:Person)-[:Follows]->(a), (a)-[:HasInterest]->(i:Interest)<-[:HasInterest]-(b) RETURN
count(*) AS n;

// name: interestsofold
MATCH (p:Person) WHERE p.age > 60 OPTIONAL MATCH (p)-[:HasInterest]->(i:Interest) RETURN p.isMarried AS married, count(*)
AS n, count(i) AS interests ORDER BY married;

// name: followyounger
MATCH (a:Person)-[:Follows]->(b:Person) WHERE a.isMarried AND NOT b.isMarried AND a.age > b.age + 30 RETURN count(*) AS n;

// name: decades
MATCH (p:Person) RETURN p.age / 10 AS decade, p.gender AS g, count(*) AS n, avg(p.age) AS mean ORDER BY decade, g;

// name: threecities
MATCH (p:Person)-[:LivesIn]->(c:City) WHERE c.city IN ['London', 'Houston', 'Austin'] RETURN c.city AS city, p.gender AS
g, count(*) AS n, min(p.age) AS lo, max(p.age) AS hi ORDER BY city, g;

// name: oldfriends
MATCH (p:Person) WHERE p.age < 20 OPTIONAL MATCH (p)-[:Follows]->(q:Person) WHERE q.age > 60 RETURN p.gender AS g,
count(*) AS n, count(q) AS old ORDER BY g;

// name: evenages
MATCH (a:Person)-[:Follows]->(b:Person) WHERE a.age % 2 = 0 AND b.isMarried RETURN count(*) AS n;

// name: marias
MATCH (p:Person) WHERE p.name STARTS WITH 'Mar' RETURN p.gender AS g, count(*) AS n, min(p.name) AS lo, max(p.name) AS hi
ORDER BY g;

// name: interestsbycountry
MATCH (c:City)<-[:LivesIn]-(p:Person)-[:HasInterest]->(i:Interest) RETURN c.country AS k, i.interest AS i, count(*) AS n
ORDER BY n DESC, k, i LIMIT 10;

// name: sameinterestage
MATCH (a:Person)-[:HasInterest]->(i:Interest)<-[:HasInterest]-(b:Person) WHERE a.age = b.age AND a.id < b.id RETURN
count(*) AS n;

// name: genderages
MATCH (a:Person)-[:Follows]->(b:Person) RETURN a.gender AS g, b.gender AS h, count(*) AS n, avg(a.age) AS mean, max(b.age)
AS hi ORDER BY g, h;

// name: agegap
MATCH (a:Person)-[:Follows]->(b:Person) WHERE a.age = b.age AND a.gender <> b.gender RETURN a.age AS age, count(*) AS n
ORDER BY age;

// name: followedbynone
MATCH (p:Person) WHERE p.age >= 30 AND NOT EXISTS { (p)<-[:Follows]-(:Person {isMarried: true}) } RETURN count(*) AS n;

// name: birthmonths
MATCH (p:Person) RETURN p.birthday.month AS m, count(*) AS n ORDER BY m;

// name: manyfollowers
MATCH (f:Person)-[:Follows]->(p:Person) WITH p, count(f) AS n WHERE n >= 40 RETURN p.gender AS g, count(*) AS persons,
max(n) AS most, avg(p.age) AS mean ORDER BY g;

// name: firstborn
MATCH (p:Person) WHERE p.birthday < date('1960-01-01') RETURN p.gender AS g, min(p.birthday) AS first, max(p.birthday) AS
last, count(*) AS n ORDER BY g;

// name: leapdays
MATCH (p:Person) WHERE p.birthday.month = 2 AND p.birthday.day = 29 RETURN p.birthday.year AS y, count(*) AS n ORDER BY y;

// name: marriedfollowers
MATCH (a:Person)-[:Follows]->(b:Person) WHERE a.isMarried AND b.age < 30 RETURN b.gender AS g, count(*) AS n,
count(DISTINCT b) AS persons ORDER BY g;

// name: interestless
MATCH (p:Person)-[:LivesIn]->(c:City) WHERE NOT (p)-[:HasInterest]->(:Interest) RETURN c.country AS k, count(*) AS n ORDER
BY n DESC, k;

// name: youngcities
MATCH (p:Person)-[:LivesIn]->(c:City) WITH c, avg(p.age) AS mean, count(*) AS n WHERE n >= 10 RETURN c.id AS id, c.city AS
city, mean, n ORDER BY mean, id LIMIT 10;

// name: celebrities
MATCH (a:Person)-[:Follows]->(b:Person) WITH b, count(*) AS n ORDER BY n DESC, b.id LIMIT 20 MATCH (b)-[:LivesIn]->(c:City)
RETURN b.id AS id, c.city AS city, n ORDER BY n DESC, id;

// name: popularinterest
MATCH (a:Person)-[:Follows]->(b:Person)-[:HasInterest]->(i:Interest) WHERE a.age < 25 RETURN i.interest AS i, count(*) AS n,
count(DISTINCT b) AS persons ORDER BY n DESC, i LIMIT 5;

// name: compatriots
MATCH (a:Person)-[:Follows]->(b:Person), (a)-[:LivesIn]->(c:City), (b)-[:LivesIn]->(d:City) WHERE c.country = d.country AND
c.id <> d.id RETURN c.country AS k, count(*) AS n ORDER BY n DESC, k;

// name: reachwithin3
MATCH (a:Person {id: 1234})-[:Follows*1..3]->(b:Person) RETURN count(DISTINCT b) AS n;

// name: unreturned
MATCH (a:Person)-[:Follows]->(b:Person) WHERE a.age < 22 AND NOT (b)-[:Follows]->(a) RETURN b.gender AS g, count(*) AS n ORDER
BY g;

// name: citiesperinterest
MATCH (i:Interest)<-[:HasInterest]-(p:Person)-[:LivesIn]->(c:City) RETURN i.interest AS i, count(DISTINCT c) AS cities,
max(c.population) AS largest ORDER BY cities DESC, i LIMIT 8;

// name: idols
MATCH (p:Person)-[:LivesIn]->(c:City) WHERE c.city = 'Houston' OPTIONAL MATCH (p)-[:Follows]->(q:Person)-[:LivesIn]->(c)
RETURN count(*) AS n, count(q) AS neighbours, count(DISTINCT p) AS persons;
