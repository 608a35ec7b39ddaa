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

-- name: within7
select count(*) from event e join event f on f.s=e.o and f.o=e.s where e.kind='Threaten' and f.date>=e.date and
f.date<=e.date+7 and e.id<>f.id;

-- name: beforeafter
select count(*) from event e join event f on f.s=e.s and f.o=e.o where e.kind='Accuse' and f.kind='Use conventional military force' and e.date<f.date;

-- name: samepairday
select e.kind,count(*) n from event e join event f on f.s=e.o and f.o=e.s and e.date=f.date and e.kind=f.kind where
e.id<>f.id group by 1 order by n desc,1 limit 10;

-- name: samekindchain
select count(*) from event e join event f on f.s=e.o and e.kind=f.kind and e.date=f.date where e.id<>f.id;

-- name: monthtype
select month,kind,count(*) n from event group by all order by n desc,1,2 limit 20;

-- name: onlytalk
select count(*) from actor a where exists(select 1 from event e where e.s=a.id and kind='Consult') and not
exists(select 1 from event e where e.s=a.id and kind='Make statement');

-- name: silent
select count(*) from actor a where not exists(select 1 from event e where e.s=a.id);

-- name: actorsperkind
select kind,count(distinct s),count(distinct o),count(*) n from event group by 1 order by n desc,1 limit 20;

-- name: firstlastpair
select a.name,b.name,f,l,n from (select s,o,min(date) f,max(date) l,count(*) n from event group by all having
count(*)>=20) e join actor a on a.id=e.s join actor b on b.id=e.o order by n desc,1,2 limit 10;

-- name: topkindpairs
select a.name,b.name,count(*) n from event e join actor a on a.id=e.s join actor b on b.id=e.o where kind='Accuse'
group by all order by n desc,1,2 limit 10;

-- name: bytype
select 'EVENT',count(*) n,min(date),max(date) from event;

-- name: untypedout
select a.name,count(*) n from event e join actor a on a.id=e.s group by 1 order by n desc,1 limit 10;

-- name: collectkinds
select b.name,count(distinct kind) n from actor a join event e on e.s=a.id join actor b on b.id=e.o where
a.name='Iran' group by 1 order by n desc,1 limit 10;

-- name: collectall
select a.name,count(distinct o) n from event e join actor a on a.id=e.s group by 1 having count(distinct o)>50 order
by n desc,1 limit 10;

-- name: chain3
select count(*) from event e join event f on f.s=e.o join event g on g.s=f.o where e.kind='Threaten' and
f.kind='Threaten' and g.kind='Consult' and e.date<f.date and f.date<g.date;

-- name: chainfrom
select c.name,count(*) n from actor a join event e on e.s=a.id join event f on f.s=e.o and f.date=e.date join actor c
on c.id=f.o where a.name='Barack Obama' and f.o<>a.id and e.id<>f.id group by 1 order by n desc,1 limit 10;

-- name: sametarget
select x.name,count(*) n from event e join event f on f.o=e.o and f.date=e.date join actor x on x.id=e.o where
e.kind='Criticize or denounce' and f.kind='Criticize or denounce' and e.s<f.s group by 1 order by n desc,1 limit 10;

-- name: sametargetmonth
select a.name,b.name,count(*) n from event e join event f on f.o=e.o and f.month=e.month join actor a on a.id=e.s join
actor b on b.id=f.s where e.kind='Accuse' and f.kind='Accuse' and e.s<f.s group by all order by n desc,1,2 limit 10;

-- name: activedays
select a.name,count(distinct date) n from event e join actor a on a.id=e.s group by 1 order by n desc,1 limit 10;

-- name: pairdays
select a.name,b.name,count(distinct date) n from event e join actor a on a.id=least(s,o) join actor b on
b.id=greatest(s,o) where s<>o group by all order by n desc,1,2 limit 10;

-- name: dayname
select a.name,e.kind,b.name from event e join actor a on a.id=e.s join actor b on b.id=e.o where e.date=date
'2014-07-17' order by 1,2,3 limit 20;

-- name: kindcontains
select kind,count(*) from event where contains(kind,'visit') group by 1 order by 1;

-- name: betweencountries
select kind,count(*) n from event e join actor a on a.id=e.s join actor b on b.id=e.o where contains(a.name,'Police')
and contains(b.name,'Protester') group by 1 order by n desc,1 limit 10;

-- name: noretaliation
select count(*) from event e where kind='Accuse' and not exists(select 1 from event f where f.s=e.o and f.o=e.s and
f.date>e.date);

-- name: visitthenagree
select count(*) from event v join event h on h.s=v.o and h.o=v.s and h.date=v.date join event s on s.s=v.s and s.o=v.o
where v.kind='Make a visit' and h.kind='Host a visit' and s.kind='Sign formal agreement' and s.date>=v.date;

-- name: weekdays
select isodow(date),count(*) from event group by 1 order by 1;

-- name: quiet
select count(*) from (select s,max(date) d from event group by 1) where d<date '2014-03-01';

-- name: threedays
select count(*) from event e join event f on f.o=e.o and f.date=e.date where e.kind='Demand' and f.kind='Demand' and
e.s<>f.s;

-- name: monthpairs
select month,count(distinct s),count(*) from event group by 1 order by 1;

-- name: coop
select month,count(*) from event e where kind='Engage in diplomatic cooperation' and exists(select 1 from event f
where f.s=e.o and f.o=e.s and f.kind='Engage in diplomatic cooperation' and f.date=e.date) group by 1 order by 1;

-- name: lastquarter
select month,count(*),count(distinct s),count(distinct o) from event where date>=date '2014-10-01' group by 1 order by 1;

-- name: mostvisited
select b.name,count(*) n,count(distinct s) from event e join actor b on b.id=e.o where kind in ('Make a visit','Host a visit')
group by 1 order by n desc,1 limit 10;

-- name: chinasummer
select b.name,count(*) n from actor a join (select s,o,date from event union all select o,s,date from event where s<>o) e
on e.s=a.id join actor b on b.id=e.o where a.name='China' and date>=date '2014-06-01' and date<date '2014-09-01' group by
1 order by n desc,1 limit 10;

-- name: threatforce
select a.name,b.name,count(*) n from event e join event f on f.s=e.s and f.o=e.o join actor a on a.id=e.s join actor b on
b.id=e.o where e.kind='Threaten' and f.kind='Use conventional military force' and e.date<f.date and f.date<=e.date+30
group by all order by n desc,1,2 limit 10;

-- name: consultrings
select e1.month,count(*) from event e1 join event e2 on e2.s=e1.o and e2.month=e1.month join event e3 on e3.s=e2.o and
e3.o=e1.s and e3.month=e1.month where e1.kind='Consult' and e2.kind='Consult' and e3.kind='Consult' and e1.id<>e2.id and
e2.id<>e3.id and e1.id<>e3.id group by 1 order by 1;

-- name: lastagreements
select date,a.name,b.name from event e join actor a on a.id=e.s join actor b on b.id=e.o where kind=
'Sign formal agreement' order by 1 desc,2,3 limit 10;

-- name: iranreach
select count(distinct f.o) from actor a join event e on e.s=a.id join event f on f.s=e.o where a.name='Iran' and
e.id<>f.id;

-- name: kindspermonth
select month,count(distinct kind),count(*) from event group by 1 order by 1;

-- name: steadypairs
select a.name,b.name,m,n from (select s,o,count(distinct month) m,count(*) n from event group by all having
count(distinct month)>=6) e join actor a on a.id=e.s join actor b on b.id=e.o order by m desc,n desc,1,2 limit 10;

-- name: mutualblame
select a.name,b.name,count(*) n from event e join event f on f.s=e.o and f.o=e.s and f.month=e.month join actor a on
a.id=e.s join actor b on b.id=e.o where e.kind='Accuse' and f.kind='Accuse' and e.s<e.o group by all order by n
desc,1,2 limit 10;

-- name: unhosted
select count(*) from event e where kind='Make a visit' and not exists(select 1 from event f where f.s=e.o and f.o=e.s
and f.kind='Host a visit' and f.date=e.date);

-- name: spanofprotesters
select a.name,min(date),max(date),count(*) n from event e join actor a on a.id=e.s where starts_with(a.name,'Protester')
group by 1 order by n desc,1 limit 10;

-- name: consultmonths
select month,count(distinct s),count(distinct o),max(date) from event where kind='Consult' group by 1 order by 1;

-- name: weekdaykinds
select isodow(date) w,kind,count(*) n from event group by all order by n desc,1,2 limit 15;

-- name: firstcontact
select b.name,count(*) n from (select s,o,min(date) f from event group by all having min(date)>=date '2014-12-01') e
join actor b on b.id=e.o group by 1 order by n desc,1 limit 10;

-- name: answered
select a.name,count(*) n from event e join actor a on a.id=e.s where e.kind='Accuse' and exists(select 1 from event f
where f.s=e.o and f.o=e.s and f.date>=e.date and f.date<=e.date+3 and f.id<>e.id) group by 1 order by n desc,1 limit 10;

-- name: calmdown
select e.month,count(*) from event e join event f on f.s=e.s and f.o=e.o where e.kind='Threaten' and f.kind='Engage in negotiation'
and f.date>e.date group by 1 order by 1;

-- name: relay
select c.name,count(*) n from actor a join event e on e.s=a.id join event f on f.s=e.o and f.kind=e.kind and
f.date>e.date and f.date<=e.date+2 join actor c on c.id=f.o where a.name='China' and f.o<>a.id group by 1 order by n
desc,1 limit 10;

-- name: spans
select a.name,f,l,k from (select s,min(date) f,max(date) l,count(distinct o) k from event group by 1) e join actor a on
a.id=e.s order by k desc,1 limit 10;

-- name: weekendpairs
select a.name,b.name,n from (select s,o,count(*) n from event where isodow(date)>=6 group by all) e join actor a on
a.id=e.s join actor b on b.id=e.o order by n desc,1,2 limit 10;

-- name: premiers
select a.name,count(e.id) n,count(distinct e.o) from actor a left join event e on e.s=a.id and e.kind='Make a visit'
where starts_with(a.name,'Head of Government') group by 1 order by n desc,1 limit 10;

-- name: daypeaks
select a.name,date,n from (select s,date,count(*) n from event group by all having count(*)>=20) e join actor a on
a.id=e.s order by n desc,1,2 limit 10;

-- name: everyday
select kind,count(distinct date) d,count(distinct s) from event group by 1 having count(distinct date)>100 order by d
desc,1 limit 20;

-- name: samedemands
select count(*) from event e join event f on f.o=e.o and f.month=e.month where e.kind='Demand' and f.kind='Demand' and
e.s<f.s;

-- name: tours
select count(*) from event e join event f on f.s=e.o where e.kind='Make a visit' and f.kind='Make a visit' and
e.date<f.date and f.date<=e.date+14 and e.s<>f.o;

-- name: newcomers
select m,count(*) from (select s,min(month) m from event group by 1) group by 1 order by 1;

-- name: thankless
select month,count(*) from event e where kind='Provide humanitarian aid' and not exists(select 1 from event f where
f.s=e.o and f.o=e.s and f.kind='Praise or endorse') group by 1 order by 1;

-- name: japanmonths
select month,count(distinct o) from event e join actor a on a.id=e.s where a.name='Japan' group by 1 order by 1;

-- name: attention
select a.name,k,q,n from (select o,count(distinct s) k,count(distinct kind) q,count(*) n from event group by 1) e join
actor a on a.id=e.o order by k desc,1 limit 10;

-- name: criticaldays
select date,count(*) n,count(distinct s) from event where kind='Criticize or denounce' group by 1 order by n desc,1
limit 10;

-- name: mondays
select kind,count(*) n from event where isodow(date)=1 group by 1 order by n desc,1 limit 10;

-- name: firstofmonth
select a.name,count(*) n,count(distinct e.o) from event e join actor a on a.id=e.s where day(e.date)=1 group by 1 order by n
desc,1 limit 10;

-- name: makekinds
select month,kind,count(*) from event where starts_with(kind,'Make') group by all order by 1,2;

-- name: samedayreplies
select e.month,count(*) from event e join event f on f.s=e.o and f.o=e.s and f.date=e.date where e.id<>f.id group by 1 order
by 1;

-- name: talkanddemand
select kind,min(date),max(date),count(distinct s) from event where kind in ('Consult','Demand','Threaten') group by 1 order
by 1;

-- name: versatile
select a.name,count(distinct kind) k,count(*) from event e join actor a on a.id=e.s group by 1 having k>=40 order by k
desc,1 limit 10;

-- name: nearchina
select count(distinct o) from (select e.o from event e join actor a on a.id=e.s where a.name='China' union select f.o from
event e join actor a on a.id=e.s join event f on f.s=e.o where a.name='China' and f.id<>e.id);

-- name: sameevents
select e.kind,count(*) n from event e join event f on f.o=e.o and f.kind=e.kind and f.date=e.date and e.s<f.s group by 1
order by n desc,1 limit 10;

-- name: halves
select date<date '2014-07-01',count(*),count(distinct kind) from event group by 1 order by 1;

-- name: weekendkinds
select a.name,count(*) n from event e join actor a on a.id=e.s where isodow(date)>5 and contains(kind,'visit') group by 1
order by n desc,1 limit 10;

-- name: opening
select first,count(*) n from (select s,min(date) first from event group by 1) group by 1 order by n desc,1 limit 5;

-- name: russiaukraine
select month,count(*),count(distinct kind) from event e join actor a on a.id=e.s join actor b on b.id=e.o where (a.name='Russia'
and b.name='Ukraine') or (a.name='Ukraine' and b.name='Russia') group by 1 order by 1;

-- name: longestspan
select a.name,b.name,count(*) n from event e join actor a on a.id=e.s join actor b on b.id=e.o where kind='Consult' group by
1,2 having min(date)<date '2014-02-01' and max(date)>date '2014-12-01' order by n desc,1,2 limit 10;

-- name: visitorsvisited
select count(*),count(distinct s) from event e where kind='Make a visit' and exists(select 1 from event f where
f.kind='Make a visit' and f.o=e.s);

-- name: nextday
select a.name,count(*) n from event e join event f on f.s=e.o and f.o=e.s and f.date=e.date+1 join actor a on a.id=e.s where
e.kind='Criticize or denounce' and f.kind='Criticize or denounce' group by 1 order by n desc,1 limit 10;

-- name: twosided
select month,count(*),count(distinct s) from event e where s<o and exists(select 1 from event f where f.s=e.o and f.o=e.s)
group by 1 order by 1;

-- name: endofmonth
select day(date),count(*),count(distinct kind) from event where day(date)>=28 group by 1 order by 1;

-- name: samekindtwice
select e.kind,count(*) n from event e join event f on f.s=e.s and f.o=e.o and f.kind=e.kind and f.date>e.date and
f.date<=e.date+2 group by 1 order by n desc,1 limit 10;

-- name: isolated
select a.name,count(*) n from event e join actor a on a.id=e.s group by a.id,1 having count(distinct o)=1 and n>=10 order by n
desc,1 limit 10;
