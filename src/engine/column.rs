//! Columns that grow without ever moving what they hold.

/// Entries per chunk: large enough that a fold runs in long slices, small enough that the last one wastes little.
const CHUNK: usize = 4096;

/// A list in fixed chunks. A `Vec` doubles and copies; at a million events that is a pause and half the memory.
#[derive(Clone, Debug)]
pub(crate) struct Column<T> {
    chunks: Vec<Vec<T>>,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { chunks: Vec::new() }
    }
}

impl<T: Copy> Column<T> {
    #[inline]
    pub(crate) fn push(&mut self, value: T) {
        match self.chunks.last_mut() {
            Some(last) if last.len() < CHUNK => last.push(value),
            _ => self.open_chunk(value),
        }
    }

    #[cold]
    fn open_chunk(&mut self, value: T) {
        let mut chunk = Vec::with_capacity(CHUNK);
        chunk.push(value);
        self.chunks.push(chunk);
    }

    pub(crate) fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.len())
    }

    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<T> {
        self.chunks.get(index / CHUNK)?.get(index % CHUNK).copied()
    }

    /// The entries `from..to` as slices, in order. Columns of one length are cut at the same places.
    pub(crate) fn slices(&self, from: usize, to: usize) -> impl Iterator<Item = &[T]> {
        let first = from / CHUNK;
        let last = to.div_ceil(CHUNK).min(self.chunks.len());
        self.chunks.get(first..last).unwrap_or_default().iter().enumerate().map(move |(nth, chunk)| {
            let base = (first + nth) * CHUNK;
            let start = from.saturating_sub(base);
            let end = (to - base).min(chunk.len());
            chunk.get(start..end).unwrap_or_default()
        })
    }
}

/// Text kept end to end in large pieces, found again by a number of 32 bits.
///
/// Places are counted as if every piece were full, so that a place names its piece by division. A text longer than a
/// piece has pieces of its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    pieces: Vec<String>,
}

/// Where a text lies in [`Texts`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    start: u32,
    len: u32,
}

impl Texts {
    const PIECE: usize = 1 << 16;

    #[inline]
    pub(crate) fn push(&mut self, text: &str) -> Span {
        match self.pieces.last_mut() {
            Some(piece) if piece.len() + text.len() <= Self::PIECE => {
                let offset = piece.len();
                piece.push_str(text);
                Span { start: ((self.pieces.len() - 1) * Self::PIECE + offset) as u32, len: text.len() as u32 }
            }
            _ => self.open_piece(text),
        }
    }

    #[cold]
    fn open_piece(&mut self, text: &str) -> Span {
        let start = (self.pieces.len() * Self::PIECE) as u32;
        let mut piece = String::with_capacity(Self::PIECE.max(text.len()));
        piece.push_str(text);
        self.pieces.push(piece);
        for _ in 1..text.len().div_ceil(Self::PIECE) {
            self.pieces.push(String::new());
        }
        Span { start, len: text.len() as u32 }
    }

    pub(crate) fn get(&self, span: Span) -> &str {
        let (piece, offset) = (span.start as usize / Self::PIECE, span.start as usize % Self::PIECE);
        self.pieces.get(piece).and_then(|piece| piece.get(offset..offset + span.len as usize)).unwrap_or_default()
    }
}
