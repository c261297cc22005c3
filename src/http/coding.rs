//! How bytes are coded on their way: gzip, Brotli and Zstandard, at once or block by block.

use std::io::{self, Write};

use flate2::write::GzEncoder;

/// A coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Coding {
    Identity,
    Gzip,
    Brotli,
    Zstd,
}

impl Coding {
    /// By preference of the server, where the client has none.
    pub(super) const ALL: [Coding; 3] = [Coding::Zstd, Coding::Brotli, Coding::Gzip];

    /// The token, as in `Content-Encoding`.
    pub(super) fn token(self) -> &'static str {
        match self {
            Coding::Identity => "identity",
            Coding::Gzip => "gzip",
            Coding::Brotli => "br",
            Coding::Zstd => "zstd",
        }
    }
}

/// Levels that cost little time for most of the gain.
const BROTLI_QUALITY: u32 = 5;
const ZSTD_LEVEL: i32 = 3;
/// How far back repetitions are looked for, as a power of two: a stream keeps that much in memory as long as it lasts.
const WINDOW: u32 = 18;

/// Codes one answer.
pub(super) enum Encoder {
    Identity,
    Gzip(GzEncoder<Vec<u8>>),
    Brotli(Box<brotli::CompressorWriter<Vec<u8>>>),
    Zstd(zstd::stream::write::Encoder<'static, Vec<u8>>),
}

impl Encoder {
    pub(super) fn new(coding: Coding) -> io::Result<Encoder> {
        Ok(match coding {
            Coding::Identity => Encoder::Identity,
            Coding::Gzip => Encoder::Gzip(GzEncoder::new(Vec::new(), flate2::Compression::default())),
            Coding::Brotli => {
                let encoder = brotli::CompressorWriter::new(Vec::new(), 4096, BROTLI_QUALITY, WINDOW);
                Encoder::Brotli(Box::new(encoder))
            }
            Coding::Zstd => {
                let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), ZSTD_LEVEL)?;
                encoder.window_log(WINDOW)?;
                Encoder::Zstd(encoder)
            }
        })
    }

    /// Codes a block, and gives all that the client needs to read it.
    pub(super) fn block(&mut self, bytes: Vec<u8>) -> io::Result<Vec<u8>> {
        fn through(mut encoder: impl Write, bytes: &[u8]) -> io::Result<()> {
            encoder.write_all(bytes)?;
            encoder.flush()
        }
        Ok(match self {
            Encoder::Identity => bytes,
            Encoder::Gzip(encoder) => {
                through(&mut *encoder, &bytes)?;
                std::mem::take(encoder.get_mut())
            }
            Encoder::Brotli(encoder) => {
                through(&mut *encoder, &bytes)?;
                std::mem::take(encoder.get_mut())
            }
            Encoder::Zstd(encoder) => {
                through(&mut *encoder, &bytes)?;
                std::mem::take(encoder.get_mut())
            }
        })
    }

    /// Codes the last bytes and ends.
    pub(super) fn end(self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Encoder::Identity => Ok(bytes.to_vec()),
            Encoder::Gzip(mut encoder) => {
                encoder.write_all(bytes)?;
                encoder.finish()
            }
            Encoder::Brotli(mut encoder) => {
                encoder.write_all(bytes)?;
                Ok(encoder.into_inner())
            }
            Encoder::Zstd(mut encoder) => {
                encoder.write_all(bytes)?;
                encoder.finish()
            }
        }
    }
}
