//! Whether packed parts of an Arrow file can be as long as they say.
//!
//! A buffer that is packed begins with how long it is unpacked, and that much memory is asked for before anything is
//! unpacked: a file with one bit turned there would end the process, which nobody can catch. So those lengths are looked at
//! first; what else is wrong with a file its reader says.
//!
//! ```text
//! file     ARROW1 │ message, body │ message, body │ … │ footer: where they are │ length │ ARROW1
//! stream            message, body, message, body, …
//! body     length of 8 bytes, packed │ length, packed │ …        where each is, its message says
//! ```
//!
//! **In**: a file, or a stream. **Out**: an error where a length cannot be. **Caller**: `arrow.rs`.

use std::io::{self, Read, Seek, SeekFrom};

use arrow_ipc::{Block, CompressionType, Message, RecordBatch, root_as_footer, root_as_message};
use arrow_schema::ArrowError;

/// What a byte can be unpacked to: LZ4 makes 255 of one at most.
const EXPANSION_MAX: u64 = 256;
/// What stands at the end of a file: a length and the magic.
const TRAILER_BYTES: i64 = 10;
/// The messages of a table have some bytes for each column.
const MESSAGE_MAX_BYTES: u64 = 1 << 28;
/// What stands before the length of a message.
const CONTINUATION: [u8; 4] = [0xff; 4];

/// Looks at all packed buffers of a file, and leaves it at its beginning.
pub fn check_file(file: &mut (impl Read + Seek)) -> Result<(), ArrowError> {
    if let Some(footer) = footer(file)?
        && let Ok(footer) = root_as_footer(&footer)
    {
        let blocks: [_; 2] = [footer.dictionaries(), footer.recordBatches()];
        for block in blocks.into_iter().flatten().flatten() {
            check_block(file, block)?;
        }
    }
    file.rewind()?;
    Ok(())
}

/// The bytes of the footer; `None` where there is none.
fn footer(file: &mut (impl Read + Seek)) -> io::Result<Option<Vec<u8>>> {
    let end = file.seek(SeekFrom::End(0))?;
    if end < TRAILER_BYTES as u64 {
        return Ok(None);
    }
    file.seek(SeekFrom::End(-TRAILER_BYTES))?;
    let length = u64::from(u32::from_le_bytes(array(file)?));
    let Some(start) = (end - TRAILER_BYTES as u64).checked_sub(length) else { return Ok(None) };
    file.seek(SeekFrom::Start(start))?;
    taken(file, length).map(Some)
}

fn check_block(file: &mut (impl Read + Seek), block: &Block) -> Result<(), ArrowError> {
    let Ok(offset) = u64::try_from(block.offset()) else { return Ok(()) };
    file.seek(SeekFrom::Start(offset))?;
    let Some(message) = message(file)? else { return Ok(()) };
    // The body begins where the footer says that the message ends.
    let begin = offset.saturating_add(u64::try_from(block.metaDataLength()).unwrap_or(0));
    if let Ok(message) = root_as_message(&message) {
        check_buffers(file, &message, |file, at| {
            file.seek(SeekFrom::Start(begin.saturating_add(at))).map(|_| ())
        })?;
    }
    Ok(())
}

/// Looks at all packed buffers of a stream, and reads it to its end for that.
pub fn check_stream(stream: &mut impl Read) -> Result<(), ArrowError> {
    while let Some(bytes) = message(stream)? {
        let Ok(message) = root_as_message(&bytes) else { return Ok(()) };
        let mut done = 0;
        check_buffers(stream, &message, |stream, at| {
            // Buffers stand one after the other; one that does not is its reader's to refuse.
            let gap = at.checked_sub(done).ok_or(io::ErrorKind::InvalidData)?;
            done = at + LENGTH_BYTES;
            io::copy(&mut stream.by_ref().take(gap), &mut io::sink()).map(|_| ())
        })?;
        let body = u64::try_from(message.bodyLength()).unwrap_or(0);
        io::copy(&mut stream.by_ref().take(body.saturating_sub(done)), &mut io::sink())?;
    }
    Ok(())
}

/// A length in front of a packed buffer.
const LENGTH_BYTES: u64 = 8;

/// Holds what the packed buffers of a message say against how long they are; `go_to` goes to a place in its body.
fn check_buffers<R: Read>(
    input: &mut R,
    message: &Message<'_>,
    mut go_to: impl FnMut(&mut R, u64) -> io::Result<()>,
) -> Result<(), ArrowError> {
    let dictionary = message.header_as_dictionary_batch().and_then(|batch| batch.data());
    let batch: Option<RecordBatch<'_>> = message.header_as_record_batch().or(dictionary);
    // What is packed in another way is not read.
    let is_packed = |batch: &RecordBatch<'_>| {
        batch.compression().is_some_and(|how| how.codec() == CompressionType::LZ4_FRAME)
    };
    let Some(batch) = batch.filter(is_packed) else { return Ok(()) };
    for buffer in batch.buffers().into_iter().flatten() {
        let (Ok(offset), Ok(length)) =
            (u64::try_from(buffer.offset()), u64::try_from(buffer.length()))
        else {
            return Ok(());
        };
        if length < LENGTH_BYTES {
            continue;
        }
        go_to(input, offset)?;
        let says = i64::from_le_bytes(array(input)?);
        // Less than nothing says that it is not packed.
        if u64::try_from(says).is_ok_and(|says| says > length.saturating_mul(EXPANSION_MAX)) {
            let message = format!("{length} bytes cannot be unpacked to {says}");
            return Err(ArrowError::IpcError(message));
        }
    }
    Ok(())
}

/// The bytes of the next message; `None` where there is none.
fn message(input: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut first = [0; 4];
    if let Err(error) = input.read_exact(&mut first) {
        return if error.kind() == io::ErrorKind::UnexpectedEof { Ok(None) } else { Err(error) };
    }
    if first == CONTINUATION {
        first = array(input)?;
    }
    let length = u64::from(u32::from_le_bytes(first));
    if length == 0 || length > MESSAGE_MAX_BYTES {
        Ok(None)
    } else {
        taken(input, length).map(Some)
    }
}

/// So many bytes, or as many as there are.
fn taken(input: &mut impl Read, length: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    input.by_ref().take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn array<const N: usize>(input: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    input.read_exact(&mut bytes)?;
    Ok(bytes)
}
