-- The same questions in SQL (DuckDB).

-- name: mostinterests
select i.interest, count(*) n from interested_in h join interests i on i.id=h."to" group by 1 order by n
desc,1 limit 5;

-- name: avgagebyinterest
select i.interest, avg(p.age) a from interested_in h join interests i on i.id=h."to" join persons p on
p.id=h."from" group by 1 order by a desc,1 limit 5;

-- name: citybypop
select s.state, sum(c.population)::bigint n from cities c join city_in ci on ci."from"=c.id join states s on
s.id=ci."to" group by 1 order by n desc,1 limit 10;

-- name: followsamecity
select count(*) from follows f join lives_in l1 on l1."from"=f."from" join lives_in l2 on l2."from"=f."to"
and l2."to"=l1."to";

-- name: followsbystate
select s.id, s.state, count(*) n from follows f join lives_in l on l."from"=f."to" join city_in ci on
ci."from"=l."to" join states s on s.id=ci."to" group by all order by n desc, 1 limit 5;

-- name: mutual
select count(*) from follows a join follows b on a."to"=b."from" and b."to"=a."from";

-- name: womenfollowmen
select count(*) from follows f join persons a on a.id=f."from" join persons b on b.id=f."to" where
a.gender='female' and b.gender='male';

-- name: olderthan
select count(*) from follows f join persons a on a.id=f."from" join persons b on b.id=f."to" where a.age >
b.age;

-- name: agehist
select age,count(*) from persons group by 1 order by 1;

-- name: marriedstate
select s.id, s.state,count(*) n, avg(p.age) from persons p join lives_in l on l."from"=p.id join city_in ci
on ci."from"=l."to" join states s on s.id=ci."to" where p.isMarried group by all order by n desc,1 limit 10;

-- name: noFollowers
select count(*) from persons p where not exists (select 1 from follows f where f."to"=p.id);

-- name: sharedinterests
select count(*) from follows f join interested_in h1 on h1."from"=f."from" join interested_in h2 on
h2."from"=f."to" and h2."to"=h1."to";

-- name: oldest
select p.id,p.name,p.age from persons p join lives_in l on l."from"=p.id join cities c on c.id=l."to" where
c.city='London' order by 3 desc,1 limit 5;

-- name: fof
select f2."to", count(*) n from follows f1 join follows f2 on f2."from"=f1."to" where f1."from"=4711 and
f2."to"<>4711 and not exists(select 1 from follows x where x."from"=4711 and x."to"=f2."to") group by 1
order by n desc,1 limit 10;

-- name: cityavgfollowers
select co.country, avg(n), max(n) from (select "to" id, count(*) n from follows group by 1) x join lives_in
l on l."from"=x.id join city_in ci on ci."from"=l."to" join state_in si on si."from"=ci."to" join countries
co on co.id=si."to" group by 1 order by 1;

-- name: interestpairs
select i.interest, j.interest, count(*) n from interested_in a join interested_in b on a."from"=b."from"
join interests i on i.id=a."to" join interests j on j.id=b."to" where i.id<j.id group by all order by n
desc,1,2 limit 5;

-- name: triangles
select count(*) from follows x join persons p on p.id=x."from" join follows y on y."from"=x."to" join
follows z on z."from"=y."to" and z."to"=x."from" where p.age<20;

-- name: names
select count(*), min(name), max(name) from persons where starts_with(name,'A') and age<30;

-- name: dist3
select count(distinct f2."to") from follows f1 join follows f2 on f2."from"=f1."to" where f1."from"=77;

-- name: bigcities
select c.country, count(*), sum(n)::bigint from (select "to" id,count(*) n from lives_in group by 1 having
n>20) x join cities c on c.id=x.id group by 1 order by 1;

-- name: cityresidents
select c.id, c.city, count(*) n from lives_in l join cities c on c.id=l."to" group by all order by n desc,1 limit 5;

-- name: bygender
select gender,count(*),avg(age),min(age),max(age) from persons group by 1 order by 1;

-- name: mostfollowing
select p.id,p.name,count(*) n from follows f join persons p on p.id=f."from" group by all order by n desc,1 limit 10;

-- name: olderwomen
select s.state,count(*) n from persons p join lives_in l on l."from"=p.id join city_in ci on ci."from"=l."to" join
states s on s.id=ci."to" join state_in si on si."from"=s.id join countries co on co.id=si."to" where co.country=
'United States' and p.gender='female' and p.age>=40 group by 1 order by n desc,1 limit 5;

-- name: crosscountry
select count(*) from follows f join lives_in l on l."from"=f."from" join cities c on c.id=l."to" join lives_in m on
m."from"=f."to" join cities d on d.id=m."to" where c.country<>d.country;

-- name: neighboursofage
select count(*) from persons a join lives_in l on l."from"=a.id join lives_in m on m."to"=l."to" join persons b on
b.id=m."from" where a.age=b.age and a.id<b.id;

-- name: interestgender
select i.interest,p.gender,count(*) n from interested_in h join interests i on i.id=h."to" join persons p on
p.id=h."from" group by all order by n desc,1,2 limit 10;

-- name: youngtowives
select count(*) from persons a join follows f on f."from"=a.id join follows g on g."from"=f."to" join persons c on
c.id=g."to" where a.age<25 and c.gender='female' and c.isMarried;

-- name: countryfollowed
select c.country,count(*) n from persons a join follows f on f."from"=a.id join lives_in l on l."from"=f."to" join
cities c on c.id=l."to" where a.age>=60 group by 1 order by n desc,1;

-- name: followersofcity
select count(distinct f."from") from follows f join lives_in l on l."from"=f."to" join cities c on c.id=l."to" where
c.city='London';

-- name: popularyoung
select p.id,p.name,count(*) n from follows f join persons p on p.id=f."to" where p.gender='female' and p.age<30 group by
all having count(*)>30 order by n desc,1 limit 10;

-- name: trianglesofwomen
select count(*) from follows x join follows y on y."from"=x."to" join follows z on z."from"=x."from" and z."to"=y."to"
join persons a on a.id=x."from" join persons b on b.id=x."to" join persons c on c.id=y."to" where a.gender='female' and
b.gender='female' and c.gender='female';

-- name: followsidle
select count(*) from follows f where not exists(select 1 from interested_in i where i."from"=f."to");

-- name: acrossgender
select a.gender,count(*),avg(b.age),min(b.age),max(b.age) from follows f join persons a on a.id=f."from" join persons b on
b.id=f."to" where a.gender<>b.gender group by 1 order by 1;

-- name: bigstates
select s.country,count(*),max(n) from (select ci."to" id,count(*) n from lives_in l join city_in ci on ci."from"=l."to"
group by 1 having count(*)>500) x join states s on s.id=x.id group by 1 order by 1;

-- name: oldestincity
select l."to",max(p.age) oldest,count(*) n from lives_in l join persons p on p.id=l."from" group by 1 order by oldest desc,
n desc,1 limit 10;

-- name: mutualinterest
select count(*) from follows x join follows y on y."from"=x."to" and y."to"=x."from" join interested_in i on
i."from"=x."from" join interested_in j on j."from"=x."to" and j."to"=i."to";

-- name: interestsofold
select p.isMarried,count(*),count(i."to") from persons p left join interested_in i on i."from"=p.id where p.age>60 group by
1 order by 1;

-- name: followyounger
select count(*) from follows f join persons a on a.id=f."from" join persons b on b.id=f."to" where a.isMarried and not
b.isMarried and a.age>b.age+30;

-- name: decades
select age//10 d, gender, count(*), avg(age) from persons group by all order by 1,2;

-- name: threecities
select c.city,p.gender,count(*),min(p.age),max(p.age) from persons p join lives_in l on l."from"=p.id join cities c on
c.id=l."to" where c.city in ('London','Houston','Austin') group by all order by 1,2;

-- name: oldfriends
select p.gender,count(*),count(q.id) from persons p left join (select f."from",q.id from follows f join persons q on
q.id=f."to" where q.age>60) q on q."from"=p.id where p.age<20 group by 1 order by 1;

-- name: evenages
select count(*) from follows f join persons a on a.id=f."from" join persons b on b.id=f."to" where a.age%2=0 and
b.isMarried;

-- name: marias
select gender,count(*),min(name),max(name) from persons where starts_with(name,'Mar') group by 1 order by 1;

-- name: interestsbycountry
select c.country,i.interest,count(*) n from interested_in h join interests i on i.id=h."to" join lives_in l on
l."from"=h."from" join cities c on c.id=l."to" group by all order by n desc,1,2 limit 10;

-- name: sameinterestage
select count(*) from interested_in h join interested_in j on j."to"=h."to" join persons a on a.id=h."from" join persons b
on b.id=j."from" where a.age=b.age and a.id<b.id;

-- name: genderages
select a.gender,b.gender,count(*),avg(a.age),max(b.age) from follows f join persons a on a.id=f."from" join persons b on
b.id=f."to" group by all order by 1,2;

-- name: agegap
select a.age,count(*) from follows f join persons a on a.id=f."from" join persons b on b.id=f."to" where a.age=b.age and
a.gender<>b.gender group by 1 order by 1;

-- name: followedbynone
select count(*) from persons p where p.age>=30 and not exists(select 1 from follows f join persons q on q.id=f."from" where
f."to"=p.id and q.isMarried);

-- name: birthmonths
select month(birthday),count(*) from persons group by 1 order by 1;

-- name: manyfollowers
select p.gender,count(*),max(n),avg(p.age) from (select "to" id,count(*) n from follows group by 1 having n>=40) x join
persons p on p.id=x.id group by 1 order by 1;

-- name: firstborn
select gender,min(birthday),max(birthday),count(*) from persons where birthday<date '1960-01-01' group by 1 order by 1;

-- name: leapdays
select year(birthday),count(*) from persons where month(birthday)=2 and day(birthday)=29 group by 1 order by 1;

-- name: marriedfollowers
select b.gender,count(*),count(distinct b.id) from follows f join persons a on a.id=f."from" join persons b on b.id=f."to"
where a.isMarried and b.age<30 group by 1 order by 1;

-- name: interestless
select c.country,count(*) n from lives_in l join cities c on c.id=l."to" where not exists(select 1 from interested_in h where
h."from"=l."from") group by 1 order by n desc,1;

-- name: youngcities
select c.id,c.city,avg(p.age) mean,count(*) n from lives_in l join persons p on p.id=l."from" join cities c on c.id=l."to"
group by 1,2 having n>=10 order by mean,1 limit 10;

-- name: celebrities
select x.id,c.city,n from (select "to" id,count(*) n from follows group by 1 order by n desc,1 limit 20) x join lives_in l on
l."from"=x.id join cities c on c.id=l."to" order by n desc,1;

-- name: popularinterest
select i.interest,count(*) n,count(distinct f."to") from follows f join persons a on a.id=f."from" join interested_in h on
h."from"=f."to" join interests i on i.id=h."to" where a.age<25 group by 1 order by n desc,1 limit 5;

-- name: compatriots
select c.country,count(*) n from follows f join lives_in l on l."from"=f."from" join lives_in m on m."from"=f."to" join cities
c on c.id=l."to" join cities d on d.id=m."to" where c.country=d.country and c.id<>d.id group by 1 order by n desc,1;

-- name: reachwithin3
with one as (select distinct "to" id from follows where "from"=1234), two as (select distinct f."to" id from follows f join one
on one.id=f."from"), three as (select distinct f."to" id from follows f join two on two.id=f."from") select count(*) from
(select id from one union select id from two union select id from three);

-- name: unreturned
select b.gender,count(*) from follows f join persons a on a.id=f."from" join persons b on b.id=f."to" where a.age<22 and not
exists(select 1 from follows g where g."from"=f."to" and g."to"=f."from") group by 1 order by 1;

-- name: citiesperinterest
select i.interest,count(distinct c.id) n,max(c.population) from interested_in h join interests i on i.id=h."to" join lives_in
l on l."from"=h."from" join cities c on c.id=l."to" group by 1 order by n desc,1 limit 8;

-- name: idols
select count(*),count(x.q),count(distinct p) from (select l."from" p,c.id c from lives_in l join cities c on c.id=l."to"
where c.city='Houston') y left join (select f."from" a,f."to" q,m."to" d from follows f join lives_in m on m."from"=f."to") x
on x.a=y.p and x.d=y.c;
