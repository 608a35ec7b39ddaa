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
