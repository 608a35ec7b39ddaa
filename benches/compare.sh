#!/bin/sh
# Our times beside those of other engines, in one run on one machine, as tables.
#
#   benches/compare.sh WORK [BENCHES]      e.g. benches/compare.sh peers social,lsqb0.3,icews14
#
# The engines, the data and the measuring are ../shared/bench/peers.py's (DOSSIER_SHARED says where that
# folder is otherwise); what peers it finds installed it runs. Data sets are made once and stay in WORK.
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
shared=${DOSSIER_SHARED:-$here/../shared}
dossier=${DOSSIER:-$here/target/release/dossier}

# Called back for each data set: loads it into a new store by the recipe of its family.
if [ "$1" = load ]; then
    case $2 in
        social) recipe=social ;;
        lsqb*) recipe=lsqb ;;
        icews*) recipe=icews ;;
        *) recipe=powerlaw ;;
    esac
    exec "$dossier" import --store "$4" --recipe "$here/benches/recipes/$recipe.toml" "$3"
fi

work=$1
only=${2:-social,lsqb0.3,icews14}
peers="${PYTHON:-python3} $shared/bench/peers.py"
[ -d "$work/data" ] || $peers data --work "$work"
$peers run --work "$work" --only "$only" ${PEERS:+--peers "$PEERS"} \
    --ours-load "$here/benches/compare.sh load {bench} {data} {db}" \
    --ours-query "$dossier bench {file} --store {db} --runs {runs}"
$peers table --work "$work"
