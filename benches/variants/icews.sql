-- The same questions in SQL (DuckDB).

-- name: pairs
select a.name,b.name,count(*) n from event e join actor a on a.id=e.s join actor b on b.id=e.o group by all
order by n desc,1,2 limit 10;

-- name: kinds
select kind,count(*) n from event group by 1 order by n desc,1 limit 10;

-- name: monthkind
select month,kind,count(*) from event where kind in ('Consult','Make statement') group by all order by 1,2;

-- name: lastof
select b.name, max(date) d, count(*) n from actor a join event e on e.s=a.id join actor b on b.id=e.o where
a.name='Iran' group by 1 order by d desc,n desc,1 limit 10;

-- name: reciprocal
select count(*) from event e join event f on f.s=e.o and f.o=e.s and e.date=f.date where e.kind='Make a
visit' and f.kind='Host a visit' and e.id<>f.id;

-- name: firstvisit
select a.name,min(date) d from event e join actor a on a.id=e.s join actor b on b.id=e.o where
b.name='China' and kind='Make a visit' group by 1 order by d,1 limit 10;

-- name: common
select count(distinct e.o) from event e join event f on f.o=e.o join actor a on a.id=e.s join actor b on
b.id=f.s where a.name='Iran' and b.name='China' and e.id<>f.id;

-- name: both
select count(*) from event e where kind='Threaten' and exists(select 1 from event f where f.s=e.s and
f.o=e.o and f.kind='Consult' and f.date>e.date);

-- name: sameday
select count(*) from event e join event f on f.s=e.o and f.date=e.date where e.kind='Consult' and
f.kind='Consult' and e.s<>f.o and e.id<>f.id;

-- name: week
select b.name,count(*) n from event e join actor b on b.id=e.o where date between date '2014-03-03' and date
'2014-03-09' group by 1 order by n desc,1 limit 10;

-- name: busiestday
select date,count(*) n from event group by 1 order by n desc,1 limit 5;

-- name: degree
select a.name,count(distinct o) n from (select s,o from event union all select o,s from event where s<>o) e
join actor a on a.id=e.s group by 1 order by n desc,1 limit 10;

-- name: noanswer
select count(*) from event e where kind='Make an appeal or request' and not
exists(select 1 from event f where f.s=e.o and f.o=e.s);

-- name: contains
select count(*) from actor where contains(name,'Police');

-- name: tri
select count(*) from event e1 join event e2 on e2.s=e1.o join event e3 on e3.s=e2.o and e3.o=e1.s where
e1.kind='Consult' and e2.kind='Consult' and e3.kind='Consult' and e1.id<>e2.id and e2.id<>e3.id and
e1.id<>e3.id;

-- name: triday
select count(*) from event e1 join event e2 on e2.s=e1.o and e2.date=e1.date join event e3 on e3.s=e2.o and
e3.o=e1.s and e3.date=e1.date where e1.id<>e2.id and e2.id<>e3.id and e1.id<>e3.id;

-- name: tripord
select count(*) from event e1 join event e2 on e2.s=e1.o where e1.kind='Threaten' and e2.kind='Threaten' and
e2.date>e1.date and e1.id<>e2.id;

-- name: distinctkinds
select a.name,count(distinct kind) k from event e join actor a on a.id=e.s group by 1 order by k desc,1
limit 10;

-- name: quarter
select month,count(*),count(distinct o) from event e join actor a on a.id=e.s where starts_with(a.name,'C')
group by 1 order by 1;
