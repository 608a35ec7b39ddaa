-- The same questions in SQL (DuckDB).

-- name: taggedinterest
select count(*) from forum_member fm join person_interest i on i.a=fm.b join forum_post fp on fp.a=fm.a join
message_tag t on t.a=fp.b and t.b=i.b;

-- name: repliestoothers
select count(*) from message_author c join reply r on r.a=c.a join message_author m on m.a=r.b where
c.b<>m.b;

-- name: friendslike
select count(*) from likes l join message_author a on a.a=l.b join knows k on k.a=a.b and k.b=l.a;

-- name: triangles
select count(*) from knows x join knows y on y.a=x.b join knows z on z.a=y.b and z.b=x.a;

-- name: squares
select count(*) from knows x join knows y on y.a=x.b and y.b<>x.a join knows z on z.a=y.b and z.b<>x.b join
knows w on w.a=z.b and w.b=x.a;

-- name: owninterest
select count(*) from message_tag t join message_author a on a.a=t.a join person_interest i on i.a=a.b and
i.b=t.b;

-- name: threads
select count(*) from reply x join reply y on y.a=x.b join message_author m on m.a=y.b where y.b in (select b
from forum_post);

-- name: forumtags
select count(*), sum(n)::bigint from (select fp.a, t.b, count(*) n from forum_post fp join message_tag t on
t.a=fp.b group by all having n>1);

-- name: unanswered
select count(*) from likes l where not exists(select 1 from reply r where r.b=l.b);

-- name: friendsinterest
select count(*) from knows k join likes l on l.a=k.b join forum_post fp on fp.b=l.b join message_tag t on
t.a=l.b join person_interest i on i.a=k.a and i.b=t.b;

-- name: likesoffriends
select count(*), count(x.b) from knows k left join (select l.a,l.b,m.b c from likes l join message_author m
on m.a=l.b) x on x.a=k.b and x.c=k.a;

-- name: liketags
select count(*) from message_tag t join likes l on l.b=t.a;

-- name: selfreplies
select count(*) from reply r join message_author a on a.a=r.a join message_author b on b.a=r.b and b.b=a.b;

-- name: othertags
select count(*) from message_tag t join message_tag u on u.a=t.a and u.b<>t.b join message_author m on
m.a=t.a join person_interest i on i.a=m.b and i.b=t.b;

-- name: memberlikes
select count(*) from forum_member fm join likes l on l.a=fm.b join forum_post fp on fp.a=fm.a and fp.b=l.b;

-- name: sharedtags
select count(*) from knows k join person_interest i on i.a=k.a join person_interest j on j.a=k.b and j.b=i.b;

-- name: neighbours
select count(*) from knows k join person_city c on c.a=k.a join person_city d on d.a=k.b and d.b=c.b;

-- name: chainstofriends
select count(*) from reply x join reply y on y.a=x.b join message_author m on m.a=y.b join knows k on k.a=m.b;

-- name: tagclasses
select c.b,count(*) n from message_tag t join tag_class c on c.a=t.b group by 1 order by n desc,1 limit 10;

-- name: toplikers
select a,count(*) n from likes group by 1 order by n desc,1 limit 10;

-- name: likesbeyond
select count(*) from likes l join message_tag t on t.a=l.b where not exists(select 1 from person_interest i where
i.a=l.a and i.b=t.b);

-- name: strangersreply
select count(*) from message_author c join reply r on r.a=c.a join message_author m on m.a=r.b where c.b<>m.b and not
exists(select 1 from knows k where k.a=c.b and k.b=m.b);

-- name: selflikes
select count(*) from likes l join message_author m on m.a=l.b and m.b=l.a;

-- name: commenters
select count(distinct m.b) from reply_post r join message_author m on m.a=r.a;

-- name: repeatedtags
select count(*),count(t.b) from reply r left join (select r.a c,r.b m,x.b from reply r join message_tag x on x.a=r.a join
message_tag y on y.a=r.b and y.b=x.b) t on t.c=r.a and t.m=r.b;

-- name: abroad
select count(*) from knows k join person_city a on a.a=k.a join city_country x on x.a=a.b join person_city b on b.a=k.b
join city_country y on y.a=b.b where x.b<>y.b;

-- name: friendsinforum
select count(*) from forum_member x join knows k on k.a=x.b join forum_member y on y.b=k.b and y.a=x.a;

-- name: quietforums
select count(*) from forum_member m where not exists(select 1 from forum_post p where p.a=m.a);

-- name: likedtags
select t.b,count(*) n from likes l join message_tag t on t.a=l.b group by 1 order by n desc,1 limit 5;

-- name: prolific
select count(*),min(n),max(n) from (select b,count(*) n from message_author group by 1 having count(*)>300);

-- name: likedforums
select count(distinct fp.a),count(distinct l.a) from forum_post fp join likes l on l.b=fp.b;

-- name: deepreplies
select count(*) from reply x join reply y on y.a=x.b join reply_post z on z.a=y.b join forum_post f on f.b=z.b;

-- name: repliesbyfriends
select count(*),count(k.b) from reply_post r join message_author c on c.a=r.a join message_author m on m.a=r.b left join
knows k on k.a=c.b and k.b=m.b;

-- name: likedneighbours
select count(*) from knows k join message_author m on m.b=k.a join likes l on l.b=m.a and l.a=k.b join person_city c on
c.a=k.a join person_city d on d.a=k.b and d.b=c.b;

-- name: forumlikers
select count(*),max(n) from (select fp.a,count(distinct l.a) n from forum_post fp join likes l on l.b=fp.b group by 1 having
n>3);

-- name: ownforum
select count(*) from forum_member fm join message_author m on m.b=fm.b join forum_post fp on fp.a=fm.a and fp.b=m.a;

-- name: neverliked
select count(*) from forum_post fp where not exists(select 1 from likes l where l.b=fp.b) and not exists(select 1 from reply
r where r.b=fp.b);

-- name: commontags
select count(distinct t.b),count(*) from reply_post r join message_tag t on t.a=r.a join message_tag u on u.a=r.b and
u.b=t.b;

-- name: replycountries
select cc.b,count(*) n from reply r join message_author m on m.a=r.a join person_city pc on pc.a=m.b join city_country cc on
cc.a=pc.b group by 1 order by n desc,1 limit 10;

-- name: friendsoffriends
select count(*) from knows x join knows y on y.a=x.b and y.b<>x.a where not exists(select 1 from knows z where z.a=x.a and
z.b=y.b);

-- name: classinterests
select tc.b,count(distinct i.a),count(*) n from person_interest i join tag_class tc on tc.a=i.b group by 1 order by n desc,1
limit 5;

-- name: interestedmembers
select count(*),max(n) from (select fm.a,count(distinct i.b) n from forum_member fm join person_interest i on i.a=fm.b group
by 1 having n>100);

-- name: authorsforums
select max(n),sum(n),sum(k) from (select fp.a,count(distinct m.b) n,count(*) k from forum_post fp join message_author m on
m.a=fp.b group by 1);

-- name: lonelytags
select count(*) from Tag t where not exists(select 1 from person_interest i where i.b=t.a) and exists(select 1 from
message_tag m join forum_post p on p.b=m.a where m.b=t.a);

-- name: cityfriends
select count(*),sum(k),max(n) from (select x.a,count(distinct c.b) k,count(*) n from knows x join person_city c on c.a=x.b
group by 1 having n>40);

-- name: likesabroad
select count(*) from likes l join forum_post fp on fp.b=l.b join message_author m on m.a=l.b join person_city c on c.a=l.a
join city_country x on x.a=c.b join person_city d on d.a=m.b join city_country y on y.a=d.b where x.b<>y.b;

-- name: unlikedtags
select t.b,count(*) n from message_tag t join forum_post fp on fp.b=t.a where not exists(select 1 from likes l where l.b=t.a)
group by 1 order by n desc,1 limit 10;

-- name: repliers
select count(*),sum(n) from (select fp.a,count(*) n from reply_post r join forum_post fp on fp.b=r.b group by 1 having n>=20);

-- name: fansoftags
select tc.b,count(distinct l.a),count(*) n from likes l join forum_post fp on fp.b=l.b join message_tag t on t.a=l.b join
tag_class tc on tc.a=t.b group by 1 order by n desc,1 limit 5;

-- name: memberauthors
select count(*) from forum_post fp join message_author m on m.a=fp.b where not exists(select 1 from forum_member fm where
fm.a=fp.a and fm.b=m.b);
