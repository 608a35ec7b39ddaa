//! What is written packed: gzip, or Zstandard in frames that are packed one at a time.

use std::io::{self, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use xxhash_rust::xxh64::xxh64;

/// How much goes into one frame of Zstandard.
const FRAME_BYTES: usize = 4 << 20;
/// The byte of a frame's header that says what it has, and the bit for a checksum (RFC 8878, 3.1.1.1.1).
const DESCRIPTOR: (usize, u8) = (4, 1 << 2);

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Packer {
    /// Not at all.
    None,
    /// With gzip.
    Gzip,
    /// With Zstandard.
    Zstandard,
}

impl Packer {
    /// What the name of a file asks for.
    pub fn of(path: &Path) -> Packer {
        let is = |ending: &str| path.extension().is_some_and(|e| e.eq_ignore_ascii_case(ending));
        if is("gz") {
            Packer::Gzip
        } else if is("zst") {
            Packer::Zstandard
        } else {
            Packer::None
        }
    }
}

/// A writer that packs. What is not [finished](Packed::finish) is no whole file.
pub enum Packed<W: Write> {
    /// As it is.
    Plain(W),
    /// As one stream of gzip.
    Gzip(GzEncoder<W>),
    /// The bytes of the next frame.
    Zstandard(W, Vec<u8>),
}

impl<W: Write> Packed<W> {
    /// A writer that packs into another.
    pub fn new(out: W, packer: Packer) -> Packed<W> {
        match packer {
            Packer::None => Packed::Plain(out),
            Packer::Gzip => Packed::Gzip(GzEncoder::new(out, Compression::default())),
            Packer::Zstandard => Packed::Zstandard(out, Vec::new()),
        }
    }

    /// Writes what is left, and gives the writer back.
    pub fn finish(self) -> io::Result<W> {
        let mut out = match self {
            Packed::Plain(out) => out,
            Packed::Gzip(packed) => packed.finish()?,
            Packed::Zstandard(mut out, waiting) => {
                write_frame(&mut out, &waiting)?;
                out
            }
        };
        out.flush()?;
        Ok(out)
    }
}

impl<W: Write> Write for Packed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let (out, waiting) = match self {
            Packed::Plain(out) => return out.write(bytes),
            Packed::Gzip(packed) => return packed.write(bytes),
            Packed::Zstandard(out, waiting) => (out, waiting),
        };
        if waiting.len() >= FRAME_BYTES {
            write_frame(out, waiting)?;
            waiting.clear();
        }
        let taken = bytes.len().min(FRAME_BYTES - waiting.len());
        waiting.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    /// What waits for its frame goes on waiting: a frame for each line would pack nothing.
    fn flush(&mut self) -> io::Result<()> {
        match self {
            Packed::Plain(out) | Packed::Zstandard(out, _) => out.flush(),
            Packed::Gzip(packed) => packed.flush(),
        }
    }
}

/// The packer says nothing of what it packed that a reader could test; the checksum is ours.
fn write_frame(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let mut frame = compress_to_vec(bytes, CompressionLevel::Fastest);
    let (place, bit) = DESCRIPTOR;
    frame[place] |= bit;
    frame.extend_from_slice(&(xxh64(bytes, 0) as u32).to_le_bytes());
    out.write_all(&frame)
}
