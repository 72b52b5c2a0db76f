#!/bin/sh
# Installs missiondesk from the folder that this file lies in, without a network:
#
#     ./install.sh [FOLDER]      # /opt/missiondesk, unless another is named
#
# Run over an earlier version it upgrades it: read the changelog and make a backup first.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
folder=${1:-/opt/missiondesk}
python=${PYTHON:-python3}

made_for=$(cat "$here/MADE_FOR")
found=$("$python" -c 'import platform, sys; print(*sys.version_info[:2], platform.system(), platform.machine())')
if [ "$made_for" != "$found" ]; then
    echo "This bundle is for Python, system and processor $made_for, and $python is $found: PYTHON=... names another." >&2
    exit 1
fi

echo "Comparing the files with their checksums."
(cd "$here" && sha256sum --check --quiet --strict SHA256SUMS)

echo "Installing into $folder."
"$python" -m venv "$folder"
# Nothing but this folder counts: no index, no settings of pip.
PIP_CONFIG_FILE=/dev/null "$folder/bin/python" -m pip --isolated --disable-pip-version-check --quiet \
    install --no-index --find-links "$here/wheels" "$(cat "$here/REQUIREMENT")"
cp "$here/deploy/backup" "$folder/bin/missiondesk-backup"
chmod 755 "$folder/bin/missiondesk-backup"
MISSIONDESK_CACHE_DIR="$folder/models" "$folder/bin/missiondesk" unpack

echo "Done. To try it with the sample documents:"
echo "    MISSIONDESK_CACHE_DIR=$folder/models $folder/bin/missiondesk demo"
