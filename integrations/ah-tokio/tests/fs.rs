//! Files: requests, open files and directories.

mod support;

use std::{io::SeekFrom, path::PathBuf, pin::pin};

use ah_tokio as tokio;
use async_hooks::prelude::*;
use support::{Collector, checked, counts, inits, poll};
use tokio::{
    io::{AsyncReadExt, AsyncSeekExt, AsyncWriteExt},
    observed::fs::{self, DirBuilder, File, OpenOptions},
};

/// A directory that is removed with this.
struct Place(PathBuf);

impl Place {
    fn new(name: &str) -> Self {
        let name = format!("ah-tokio-{}-{name}", std::process::id());
        let place = Self(std::env::temp_dir().join(name));
        std::fs::create_dir(&place.0).unwrap();
        place
    }

    fn file(&self) -> PathBuf {
        self.0.join("file")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Returns `true` if there are this many requests, each of which was entered once.
fn assert_requests(collector: &Collector, count: usize) {
    let requests = inits(collector, "FSREQCALLBACK");
    assert_eq!(requests.len(), count);
    for (id, _) in requests {
        assert_eq!(counts(collector, id), [1, 1, 1, 1]);
    }
}

#[test]
fn a_request_is_entered_once_when_it_is_complete() {
    let place = Place::new("request");
    checked(async |collector| {
        fs::write(place.file(), b"text").await.unwrap();
        let rest = ["before", "after", "destroy"].map(|event| format!("{event} FSREQCALLBACK 2"));
        let lines = [vec!["init FSREQCALLBACK 2<1".to_string()], rest.to_vec()].concat();
        assert_eq!(collector.take_lines(), lines);
    });
}

#[test]
fn a_request_that_fails_is_entered_too() {
    checked(async |collector| {
        assert!(fs::read("/no/such/file").await.is_err());
        assert_requests(collector, 1);
    });
}

#[test]
fn a_request_that_is_given_up_is_announced_and_destroyed() {
    checked(async |collector| {
        let mut request = Box::pin(fs::metadata("/"));
        assert_eq!(collector.take_lines(), [""; 0]); // a future does nothing before it is polled
        let _ = poll(request.as_mut()); // the thread may have been that fast
        drop(request);
        let (id, _) = inits(collector, "FSREQCALLBACK")[0];
        let [init, before, after, destroy] = counts(collector, id);
        assert_eq!((init, destroy, before), (1, 1, after));
    });
}

#[test]
fn each_function_is_a_request() {
    let place = Place::new("each");
    let (file, other) = (place.file(), place.0.join("other"));
    checked(async |collector| {
        fs::write(&file, b"text").await.unwrap();
        assert_eq!(fs::read(&file).await.unwrap(), b"text");
        assert_eq!(fs::read_to_string(&file).await.unwrap(), "text");
        assert!(fs::metadata(&file).await.unwrap().is_file());
        assert_eq!(fs::copy(&file, &other).await.unwrap(), 4);
        fs::remove_file(&other).await.unwrap();
        fs::hard_link(&file, &other).await.unwrap();
        fs::rename(&other, place.0.join("third")).await.unwrap();
        assert!(!fs::try_exists(&other).await.unwrap());
        fs::create_dir(&other).await.unwrap();
        fs::remove_dir(&other).await.unwrap();
        fs::create_dir_all(other.join("deep")).await.unwrap();
        fs::remove_dir_all(&other).await.unwrap();
        fs::canonicalize(&file).await.unwrap();
        let permissions = fs::symlink_metadata(&file).await.unwrap().permissions();
        fs::set_permissions(&file, permissions).await.unwrap();
        DirBuilder::new()
            .recursive(true)
            .create(other.join("deep"))
            .await
            .unwrap();
        assert_requests(collector, 17);
    });
}

#[cfg(unix)]
#[test]
fn links_are_requests() {
    let place = Place::new("links");
    checked(async |collector| {
        let link = place.0.join("link");
        fs::symlink("/nowhere", &link).await.unwrap();
        assert_eq!(
            fs::read_link(&link).await.unwrap(),
            PathBuf::from("/nowhere")
        );
        assert_requests(collector, 2);
    });
}

#[test]
fn a_file_is_announced_after_its_request_and_entered_for_each_read() {
    let place = Place::new("reads");
    std::fs::write(place.file(), b"text").unwrap();
    checked(async |collector| {
        let mut file = File::open(place.file()).await.unwrap();
        let id = file.async_id();
        assert_eq!(
            inits(collector, "FILEHANDLE"),
            [(id, async_hooks::AsyncId::ROOT)]
        );
        assert_requests(collector, 1);
        file.read_exact(&mut [0; 4]).await.unwrap();
        assert_eq!(counts(collector, id), [1, 1, 1, 0]);
        file.seek(SeekFrom::Start(2)).await.unwrap();
        let mut rest = String::new();
        file.read_to_string(&mut rest).await.unwrap();
        assert_eq!(rest, "xt");
        assert_eq!(counts(collector, id), [1, 3, 3, 0]); // the text, and its end
        drop(file);
        assert_eq!(counts(collector, id), [1, 3, 3, 1]);
    });
}

#[test]
fn a_file_that_cannot_be_opened_is_a_request_alone() {
    checked(async |collector| {
        assert!(File::open("/no/such/file").await.is_err());
        assert_requests(collector, 1);
        assert_eq!(inits(collector, "FILEHANDLE"), []);
    });
}

#[test]
fn methods_that_ask_the_system_are_requests() {
    let place = Place::new("methods");
    checked(async |collector| {
        let mut options = File::options();
        let file = options
            .read(true)
            .write(true)
            .create_new(true)
            .open(place.file());
        let file = file.await.unwrap();
        file.set_len(4).await.unwrap();
        file.sync_all().await.unwrap();
        file.sync_data().await.unwrap();
        assert_eq!(file.metadata().await.unwrap().len(), 4);
        let clone = file.try_clone().await.unwrap();
        assert_ne!(clone.async_id(), file.async_id());
        assert_requests(collector, 6);
        let id = file.async_id();
        let std = file.into_std().await;
        assert_eq!(counts(collector, id), [1, 0, 0, 1]);
        let std = File::from(std).try_into_std().unwrap();
        drop(File::from_std(std));
    });
}

#[test]
fn a_write_that_has_to_wait_is_a_request() {
    let place = Place::new("writes");
    let mut runtime = ::tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.max_blocking_threads(1).build().unwrap();
    runtime.block_on(ah_testing::checked_async(async |collector| {
        let mut file = File::create(place.file()).await.unwrap();
        let (release, released) = std::sync::mpsc::channel();
        let busy = ::tokio::task::spawn_blocking(move || released.recv());
        file.write_all(b"text").await.unwrap(); // taken, and written by the thread when it is free
        assert_requests(collector, 1);
        let mut flush = pin!(file.flush());
        assert!(poll(flush.as_mut()).is_pending());
        let (id, _) = inits(collector, "FSREQCALLBACK")[1];
        assert_eq!(counts(collector, id), [1, 0, 0, 0]);
        release.send(()).unwrap();
        flush.await.unwrap();
        busy.await.unwrap().unwrap();
        assert_requests(collector, 2);
    }));
    assert_eq!(std::fs::read(place.file()).unwrap(), b"text");
}

#[test]
fn a_directory_is_entered_for_each_entry_and_for_its_end() {
    let place = Place::new("directory");
    std::fs::write(place.file(), b"text").unwrap();
    checked(async |collector| {
        let mut directory = fs::read_dir(&place.0).await.unwrap();
        let id = directory.async_id();
        let entry = directory.next_entry().await.unwrap().unwrap();
        assert_eq!(entry.path(), place.file());
        assert!(entry.file_type().await.unwrap().is_file());
        assert_eq!(counts(collector, id), [1, 1, 1, 0]);
        assert!(directory.next_entry().await.unwrap().is_none());
        assert_eq!(counts(collector, id), [1, 2, 2, 0]);
        drop(directory);
        assert_eq!(counts(collector, id), [1, 2, 2, 1]);
        assert_eq!(entry.metadata().await.unwrap().len(), 4);
    });
}

#[test]
fn options_are_those_of_the_standard_library() {
    let place = Place::new("options");
    checked(async |_| {
        let mut std = std::fs::OpenOptions::new();
        std.write(true).create(true);
        let mut file = OpenOptions::from(std)
            .append(false)
            .open(place.file())
            .await
            .unwrap();
        file.write_all(b"text").await.unwrap();
        file.shutdown().await.unwrap();
        assert_eq!(fs::read(place.file()).await.unwrap(), b"text");
    });
}
