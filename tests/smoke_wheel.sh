#!/usr/bin/env bash
# Build the wheel, install it in an empty environment, and decide a case there, away from the checkout.
set -euo pipefail
python=$(realpath -s "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -m build --wheel --no-isolation --outdir "$work/dist" . >/dev/null
"$python" -m venv "$work/venv"
grep -v '^-e' requirements/dev.txt > "$work/constraints.txt"
sed -e 's/ *\\$//' -e '/^ *--hash/d' -e '/^ *#/d' "$work/constraints.txt" > "$work/plain.txt"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check -c "$work/plain.txt" "$work"/dist/*.whl
cd "$work"
cat > case.yaml <<'CASE'
service_date: 2024-10-15
plan: bcn-commercial-hmo
diagnoses: [M17.11]
device: iovera
purpose: pain
lines: [{code: "64640", units: 1}]
CASE
"$work/venv/bin/clausal" decide case.yaml --json > decided.json
grep -q '"status": "not-covered"' decided.json
printf 'claim_id,service_date,plan,code,diagnoses,device,purpose\nA,2024-10-15,bcn-commercial-hmo,64640,M17.11,iovera,pain\n' > claims.csv
"$work/venv/bin/clausal" adjudicate claims.csv -o results.parquet > said.txt
grep -q '^not-covered  *1 ' said.txt
"$work/venv/bin/clausal" check | tail -n 1
echo "the wheel works"
