//! Answers messages until the parent closes the channel, or goes.

use tokio::{
    net::{UnixStream, unix::OwnedWriteHalf},
    sync::mpsc,
    task::JoinSet,
};

use crate::{
    handler::{Answer, Request, answer},
    ipc::{self, Frames, IpcError, Mode},
};

/// The most requests that are worked on, and answers that wait to be written. While there are as many, nothing is read: then
/// the channel fills, and `send` of the parent says so.
const IN_FLIGHT: usize = 64;

/// Returns a report, once the parent has closed the channel between two messages.
pub(crate) async fn serve(channel: UnixStream, mode: Mode) -> Result<String, IpcError> {
    let (input, output) = channel.into_split();
    let mut frames = Frames::new(input, mode);
    let (answers, waiting) = mpsc::channel(IN_FLIGHT);
    let writer = tokio::spawn(write(output, mode, waiting));
    let mut tasks = JoinSet::new();
    while let Some(frame) = frames.next().await? {
        while tasks.try_join_next().is_some() {} // these are done
        while tasks.len() >= IN_FLIGHT {
            tasks.join_next().await;
        }
        let answers = answers.clone();
        // a parent that has gone takes no answer: that is seen at the next frame
        match frames.read::<Request>(&frame)? {
            Ok(Request {
                id,
                context,
                prices,
            }) => {
                let answered = async move { answers.send(answer(id, prices).await).await.is_ok() };
                tasks.spawn(context.scope(answered));
            }
            Err(error) => {
                let answer = Answer::to_what_is_no_request(&*error);
                tasks.spawn(async move { answers.send(answer).await.is_ok() });
            }
        }
    }
    tasks.shutdown().await;
    drop(answers);
    let written = writer.await.unwrap_or_default();
    Ok(format!(
        "the channel is closed: {} messages, {written} answers",
        frames.number()
    ))
}

/// Writes answers until there are no more, or the parent takes no more. Returns their number.
async fn write(mut output: OwnedWriteHalf, mode: Mode, mut waiting: mpsc::Receiver<Answer>) -> u64 {
    let mut written = 0;
    while let Some(answer) = waiting.recv().await {
        match ipc::write(&mut output, mode, &answer).await {
            Ok(()) => written += 1,
            Err(IpcError::Channel(_)) => break,
            Err(error) => tracing::warn!("an answer is not sent: {error}"),
        }
    }
    written
}
