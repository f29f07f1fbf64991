package import JSON

/// One text of a dump or of an engine's response, with what the source says of its tokens.
///
/// Sentinels (−9999, the lowest 32-bit number, null, fillers of first positions) never get here: what the
/// source doesn't say is NaN, or missing from a list.
package struct DumpedText: Sendable, Equatable {
  /// Stands for a token of which nobody knows the id.
  ///
  /// Its text is that of several ids, or of none; nothing is measured there.
  package static let unknownID = UInt32.max

  /// As the source names it; empty if it doesn't.
  package var id = ""
  /// Which prompt it answers; empty if the source doesn't say.
  package var promptID = ""
  /// Number of the response among those to the same prompt.
  package var sampleID = 0
  /// Why the response ended; empty if unknown.
  package var finish = ""
  /// nil if unknown.
  package var reward: Double?
  /// Prompt, where the source has it, and response.
  package var tokenIDs: [UInt32] = []
  /// Index of the response's first token.
  package var responseStart = 0
  /// Whether each of the response's tokens counts; nil if all do, or nobody says.
  package var responseMask: [Bool]?
  /// What else the source says of the text.
  package var metadata: [JSONMember] = []
  /// In the order of the source's models; columns are over `tokenIDs`.
  package var models: [DumpedColumns] = []
}

/// What one model of a source says of each token; columns that the source lacks are empty.
package struct DumpedColumns: Sendable, Equatable {
  /// log p of the token, nats; NaN where the source has none.
  package var logProbability: [Float] = []
  /// Of the full vocabulary, nats; NaN where the source has none.
  package var entropy: [Float] = []
  /// 1 = most likely; 0 where the source has none.
  package var rank: [UInt32] = []
  /// The most likely tokens, most likely first, each id once; empty where the source has none.
  ///
  /// The token that occurs may be among them and may be the last, with a lower log-probability than any
  /// other.
  package var lists: [[ListedToken]] = []
}

/// A token of a list of most likely ones.
package struct ListedToken: Sendable, Equatable {
  package var id: UInt32
  /// Nats.
  package var logProbability: Float
}

/// What a source says of itself.
package struct DumpSource: Sendable, Equatable {
  /// A model of the source, and what the source has of it.
  package struct Model: Sendable, Equatable {
    /// Its name in the log unless the user gives another: "sampler", "trainer".
    package var name: String
    package var hasEntropy = false
    package var hasRank = false
    /// Entries that a list may have; 0 without lists.
    package var listLength = 0
    /// By what logits were divided; nil if the source doesn't say.
    package var temperature: Double?
    package var processing = Processing.unknown
  }

  /// Whether log-probabilities are the model's own.
  package enum Processing: String, Sendable {
    /// Over the full vocabulary.
    case raw
    /// After penalties, temperature and truncation.
    case processed
    /// The source doesn't say.
    case unknown
  }

  package var models: [Model]
  /// Whether ids are the source's; else they were found by the bytes of its tokens.
  package var hasIDs = true
  /// Whether the source says which tokens count.
  package var hasMask = false
  /// Smallest step of its log-probabilities relative to their size: 2⁻²⁴ of 32-bit numbers, 2⁻¹¹ of 16-bit
  /// ones.
  package var precision = 0x1p-24
  /// What was decided, or is worth knowing, one sentence each.
  package var notes: [String] = []
}

/// Reads a source, text by text, with bounded memory.
///
/// `source` is complete after the last text; a log is made in two passes, so a reader is opened twice.
package protocol DumpReader {
  /// What the source says of itself, as far as it was read.
  var source: DumpSource { get }

  /// The next text; nil after the last.
  ///
  /// - Parameter pause: called now and then; what it throws ends the reading.
  /// - Returns: the text; nil after the last.
  /// - Throws: `ImportFault` with the line or the record, and `TextError` where the file can't be read.
  mutating func next(pause: () throws -> Void) throws -> DumpedText?
}

/// What a user says about a source beside it.
package struct DumpOptions: Sendable {
  /// The bytes of each token by id, for sources whose tokens are text; nil if no tokenizer was given.
  package var tokens: [[UInt8]]?
  /// Ids of special tokens, whose texts are not what they stand for.
  package var specialIDs: Set<UInt32> = []
  /// Whether the tokenizer decodes a text's first token without its leading space, as SentencePiece does.
  package var losesFirstSpace = false
  package var mapping: ImportMapping?

  package init(
    tokens: [[UInt8]]? = nil, specialIDs: Set<UInt32> = [], mapping: ImportMapping? = nil
  ) {
    (self.tokens, self.specialIDs, self.mapping) = (tokens, specialIDs, mapping)
  }
}
