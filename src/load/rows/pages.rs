//! Pages of Parquet that are packed with Zstandard.
//!
//! The crate that reads Parquet unpacks Zstandard with a library in C. Here it is told that such a column is
//! not packed; what it then hands out as a page is unpacked before it is read.

use std::fs::File;
use std::io::Read as _;
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::serialized_reader::SerializedPageReader;

use super::unpack::Frames;

/// The pages of one column in one group of rows.
pub struct Pages {
    inner: SerializedPageReader<File>,
    /// No page is larger than all of them together.
    max_bytes: u64,
}

impl Pages {
    /// The pages of a column, unpacked.
    pub fn of(file: File, chunk: &ColumnChunkMetaData, rows: usize) -> Result<Box<dyn PageReader>> {
        let file = Arc::new(file);
        if !matches!(chunk.compression(), Compression::ZSTD(_)) {
            return Ok(Box::new(SerializedPageReader::new(file, chunk, rows, None)?));
        }
        let plain = chunk.clone().into_builder();
        let plain = plain.set_compression(Compression::UNCOMPRESSED).build()?;
        let inner = SerializedPageReader::new(file, &plain, rows, None)?;
        let max_bytes = u64::try_from(chunk.uncompressed_size()).unwrap_or(0);
        Ok(Box::new(Pages { inner, max_bytes }))
    }

    /// A page with what it holds; levels stand before that, and are not packed.
    fn unpacked(&self, levels: usize, packed: &[u8]) -> Result<Vec<u8>> {
        let rest =
            packed.get(levels..).ok_or_else(|| damaged("its levels are longer than it is"))?;
        let mut out = packed[..levels].to_vec();
        if !rest.is_empty() {
            let read = Frames::new(rest).take(self.max_bytes + 1).read_to_end(&mut out);
            let read = read.map_err(|error| damaged(&error.to_string()))?;
            if read as u64 > self.max_bytes {
                return Err(damaged("it holds more than the file says"));
            }
        }
        Ok(out)
    }
}

fn damaged(why: &str) -> ParquetError {
    ParquetError::General(format!("a page is packed with Zstandard, and {why}"))
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let Some(mut page) = self.inner.get_next_page()? else { return Ok(None) };
        match &mut page {
            Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => {
                *buf = self.unpacked(0, buf)?.into();
            }
            Page::DataPageV2 {
                buf,
                def_levels_byte_len,
                rep_levels_byte_len,
                is_compressed,
                ..
            } => {
                if *is_compressed {
                    let levels = *def_levels_byte_len as usize + *rep_levels_byte_len as usize;
                    *buf = self.unpacked(levels, buf)?.into();
                    *is_compressed = false;
                }
            }
        }
        Ok(Some(page))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.inner.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.inner.skip_next_page()
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}
