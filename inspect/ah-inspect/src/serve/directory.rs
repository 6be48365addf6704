//! Where sockets are: a directory that belongs to the user alone.

use std::{
    fs::{self, DirBuilder},
    io,
    os::unix::fs::{DirBuilderExt as _, MetadataExt as _},
    path::{Path, PathBuf},
};

use rustix::process::geteuid;

/// Returns the directory of the sockets of this user: `ah` in `$XDG_RUNTIME_DIR`; without, `ah-UID` in the directory for
/// temporary files.
#[must_use]
pub fn socket_directory() -> PathBuf {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    match runtime.filter(|directory| directory.is_absolute()) {
        Some(directory) => directory.join("ah"),
        None => std::env::temp_dir().join(format!("ah-{}", geteuid().as_raw())),
    }
}

/// Returns the path of the socket of a process of this user.
#[must_use]
pub fn socket_path(process: u32) -> PathBuf {
    socket_directory().join(format!("{process}.sock"))
}

pub(super) fn create() -> io::Result<()> {
    let directory = socket_directory();
    match DirBuilder::new().mode(0o700).create(&directory) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check(&directory),
        created => created,
    }
}

/// Whoever can write to the directory could put another socket in the place of ours.
fn check(directory: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(directory)?;
    let is_ours = found.is_dir() && found.uid() == geteuid().as_raw() && found.mode() & 0o077 == 0;
    if is_ours {
        return Ok(());
    }
    let path = directory.display();
    let error = format!(
        "{path} is not a directory of this user alone (mode 0700): remove it, or set XDG_RUNTIME_DIR"
    );
    Err(io::Error::new(io::ErrorKind::PermissionDenied, error))
}
