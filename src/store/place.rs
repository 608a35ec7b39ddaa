//! On what a store lies: whether its folder is on another machine.
//!
//! Network file systems promise less than a disk does: locks that hold on one machine only, `fsync`
//! that returns early, mapped pages that go stale. A store can be read from one, as a copy on any
//! medium can, and is not written there unless that was asked for. Linux says in
//! `/proc/self/mountinfo` what is mounted where; elsewhere nothing is known and nothing is refused.

use std::fs;
use std::path::{Path, PathBuf};

/// File systems whose files are on another machine, as Linux names them.
const NETWORK: [&str; 19] = [
    "afs",
    "beegfs",
    "ceph",
    "cifs",
    "coda",
    "fuse.ceph",
    "fuse.glusterfs",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "glusterfs",
    "gpfs",
    "lustre",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb2",
    "smb3",
    "smbfs",
];

/// The name of the network file system on which a folder lies; `None` where it lies on none.
pub fn network_file_system(folder: &Path) -> Option<String> {
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let folder = fs::canonicalize(folder).ok()?;
    let kind = file_system(&mounts, &folder)?;
    NETWORK.contains(&kind).then(|| kind.to_owned())
}

/// The kind of file system that holds a path: that of the longest mount point above it, and of the
/// last where several are mounted over each other.
fn file_system<'m>(mounts: &'m str, path: &Path) -> Option<&'m str> {
    let mut found: Option<(usize, &str)> = None;
    for line in mounts.lines() {
        // 36 35 98:0 /root /mount/point options … - kind source options
        let Some((left, right)) = line.split_once(" - ") else { continue };
        let (Some(point), Some(kind)) = (left.split(' ').nth(4), right.split(' ').next()) else {
            continue;
        };
        let point = unescaped(point);
        let depth = point.components().count();
        if path.starts_with(&point) && found.is_none_or(|(deepest, _)| depth >= deepest) {
            found = Some((depth, kind));
        }
    }
    found.map(|(_, kind)| kind)
}

/// A mount point: spaces and the like are written as octal numbers.
fn unescaped(point: &str) -> PathBuf {
    let replaced = [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")];
    let point = replaced.iter().fold(point.to_owned(), |point, (from, to)| point.replace(from, to));
    PathBuf::from(point)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOUNTS: &str = "\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
40 22 0:35 / /home rw - nfs4 server:/home rw,vers=4.2
41 40 8:2 / /home/local rw - xfs /dev/sdb1 rw
42 22 0:50 / /media/two\\040words rw - cifs //server/share rw
43 22 0:51 / /over rw - nfs server:/over rw
44 22 8:3 / /over rw - ext4 /dev/sdc1 rw
";

    #[test]
    fn the_longest_mount_point_decides_and_of_equal_ones_the_last() {
        let kind = |path: &str| file_system(MOUNTS, Path::new(path));
        assert_eq!(kind("/var/facts.dossier"), Some("ext4"));
        assert_eq!(kind("/home/ada/facts.dossier"), Some("nfs4"));
        assert_eq!(kind("/homes"), Some("ext4"));
        assert_eq!(kind("/home/local/facts.dossier"), Some("xfs"));
        assert_eq!(kind("/media/two words/facts.dossier"), Some("cifs"));
        assert_eq!(kind("/over/facts.dossier"), Some("ext4"));
        assert_eq!(file_system("nonsense", Path::new("/")), None);
    }

    #[test]
    fn a_folder_that_is_not_there_is_on_no_network() {
        assert_eq!(network_file_system(Path::new("no such folder")), None);
        assert_eq!(network_file_system(&std::env::temp_dir()), None);
    }
}
