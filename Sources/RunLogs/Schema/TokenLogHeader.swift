/// What a token log says about its origin: who made it, from which texts, with which models.
package struct TokenLogHeader: Codable, Sendable, Equatable {
  /// The program that wrote the log.
  package var producer: String
  /// Its version.
  package var producerVersion: String
  /// When, in ISO 8601.
  package var created: String
  /// The command line, ready to be pasted.
  package var commandLine: String
  /// All settings of the run as one JSON object.
  package var settings: String
  /// The temperature at which the distributions were taken; 1 leaves the logits as they are.
  ///
  /// Nil where the source of an imported log doesn't say.
  package var scoringTemperature: Double?
  /// How many of the most likely tokens are stored for each position; 0 stores none.
  package var topK: Int
  /// The texts that were scored.
  package var texts: TextsRecord
  /// The tokenizer that all models share.
  package var tokenizer: TokenizerRecord
  /// The models, in the order they were given.
  package var models: [ModelRecord]
  /// The pairs that were compared.
  package var pairs: [PairName]
  /// Which part of the texts these are; nil for all of them.
  package var shard: ShardRecord?
  /// Ids below are tokens of all models; nil in logs of schema 1.0.
  package var sharedVocabularySize: Int?
  /// How many of all texts were scored a second time, in another precision; nil if none, and in logs
  /// before schema 2.1, which have all of them and no pairs.
  package var replicateTextCount: Int?
  /// Moved mass of a text below this is not listed; nil in logs without moved mass.
  package var movedMassThreshold: Double?
  /// Names of the columns that pairs have; nil for all but bounds.
  package var pairColumns: [String]?

  /// A header.
  package init(
    producer: String, producerVersion: String, created: String, commandLine: String,
    settings: String = "{}", scoringTemperature: Double? = 1, topK: Int, texts: TextsRecord,
    tokenizer: TokenizerRecord, models: [ModelRecord], pairs: [PairName],
    shard: ShardRecord? = nil, sharedVocabularySize: Int? = nil,
    replicateTextCount: Int? = nil, movedMassThreshold: Double? = nil,
    pairColumns: [String]? = nil
  ) {
    self.producer = producer
    self.producerVersion = producerVersion
    self.created = created
    self.commandLine = commandLine
    self.settings = settings
    self.scoringTemperature = scoringTemperature
    self.topK = topK
    self.texts = texts
    self.tokenizer = tokenizer
    self.models = models
    self.pairs = pairs
    self.shard = shard
    self.sharedVocabularySize = sharedVocabularySize
    self.replicateTextCount = replicateTextCount
    self.movedMassThreshold = movedMassThreshold
    self.pairColumns = pairColumns
  }

  /// Whether pairs have columns in a second precision.
  var hasPairReplicates: Bool {
    replicateTextCount != nil && models.contains { $0.replicateType != nil }
  }

  /// Refuses names that clash or that the file can't hold.
  func check() throws(RunLogError) {
    var names: Set<String> = []
    for model in models {
      try ModelRecord.checkName(model.name)
      guard names.insert(model.name).inserted else {
        throw RunLogError(.badHeader, "", "two models are named '\(model.name)'")
      }
    }
    var known: Set<PairName> = []
    for pair in pairs {
      for name in [pair.before, pair.after] where !names.contains(name) {
        throw RunLogError(.badHeader, "", "the pair \(pair) names no model '\(name)'")
      }
      guard known.insert(pair).inserted else {
        throw RunLogError(.badHeader, "", "the pair \(pair) is listed twice")
      }
    }
    guard movedMassThreshold.map({ (0...1).contains($0) }) ?? true else {
      throw RunLogError(.badHeader, "", "a threshold of moved mass that is no probability")
    }
    guard topK >= 0, scoringTemperature.map({ $0.isFinite }) ?? true else {
      throw RunLogError(
        .badHeader, "", "top-k \(topK), temperature \(scoringTemperature ?? .nan)")
    }
  }
}

/// A checkpoint that took part.
package struct ModelRecord: Codable, Sendable, Equatable {
  /// The name it has in the log, say "base".
  package var name: String
  /// The last part of its folder's path.
  package var folder: String
  /// The architecture as the checkpoint's configuration names it.
  package var architecture: String
  /// The number of parameters.
  package var parameterCount: Int
  /// The types of number the weights are stored in.
  package var storedTypes: [String]
  /// The type of number it was computed in.
  package var computeType: String
  /// The type of number it was computed in a second time, to tell how much that matters; nil if not.
  package var replicateType: String?
  /// SHA-256 of each file that was read, by file name.
  package var fileDigests: [String: String]
  /// One SHA-256 for all weights.
  package var weightsDigest: String
  /// SHA-256 of its tokenizer.
  package var tokenizerDigest: String
  /// Its number of logits; nil in logs of schema 1.0.
  package var vocabularySize: Int?
  /// The members of its configuration that the reference implementation never reads, as a JSON object;
  /// nil in logs that don't say.
  package var unreadConfigurationKeys: String?
  /// Where its numbers come from if it wasn't scored here; nil for a checkpoint.
  package var source: SourceRecord?

  /// A checkpoint.
  package init(
    name: String, folder: String, architecture: String, parameterCount: Int,
    storedTypes: [String], computeType: String, replicateType: String? = nil,
    fileDigests: [String: String], weightsDigest: String, tokenizerDigest: String,
    vocabularySize: Int? = nil, unreadConfigurationKeys: String? = nil,
    source: SourceRecord? = nil
  ) {
    self.name = name
    self.folder = folder
    self.architecture = architecture
    self.parameterCount = parameterCount
    self.storedTypes = storedTypes
    self.computeType = computeType
    self.replicateType = replicateType
    self.fileDigests = fileDigests
    self.weightsDigest = weightsDigest
    self.tokenizerDigest = tokenizerDigest
    self.vocabularySize = vocabularySize
    self.unreadConfigurationKeys = unreadConfigurationKeys
    self.source = source
  }
}

/// The file of texts that was scored.
package struct TextsRecord: Codable, Sendable, Equatable {
  /// Its name without the folder.
  package var fileName: String
  /// Its SHA-256.
  package var digest: String
  /// Its number of lines that aren't blank.
  package var lineCount: Int
  /// How many of them are bad and were left out.
  package var skippedLineCount: Int
  /// Whether text was tokenised here, rather than ids taken from the file.
  package var isRetokenized: Bool
  /// How many texts do not decode back to the same string.
  package var notDecodingBackCount: Int

  /// A file of texts.
  package init(
    fileName: String, digest: String, lineCount: Int, skippedLineCount: Int = 0,
    isRetokenized: Bool, notDecodingBackCount: Int
  ) {
    self.fileName = fileName
    self.digest = digest
    self.lineCount = lineCount
    self.skippedLineCount = skippedLineCount
    self.isRetokenized = isRetokenized
    self.notDecodingBackCount = notDecodingBackCount
  }
}

extension TextsRecord {
  /// The number of texts: its lines but the bad ones.
  package var textCount: Int { lineCount - skippedLineCount }
}

/// One of several parts that the texts were cut into, each scored into a log of its own.
package struct ShardRecord: Codable, Sendable, Equatable {
  /// Which part, from 1.
  package var index: Int
  /// Of how many.
  package var count: Int
  /// Numbers of its texts among all texts of the file, from 0.
  package var texts: Range<Int>
  /// Numbers of their lines in the file, from 1, blank and bad ones between them counted; nil if the
  /// part has no texts.
  package var lines: ClosedRange<Int>?

  /// A part.
  package init(index: Int, count: Int, texts: Range<Int>, lines: ClosedRange<Int>?) {
    self.index = index
    self.count = count
    self.texts = texts
    self.lines = lines
  }
}

/// The tokenizer of the texts.
package struct TokenizerRecord: Sendable, Equatable {
  /// Its SHA-256.
  package var digest: String
  /// The ids of special tokens.
  package var specialIDs: [Int]
  /// The bytes of each token by id; nil if no tokenizer was at hand.
  package var tokens: [[UInt8]]?
  /// The model whose tokenizer made ids of text; nil if no model has one, and in older logs.
  package var model: String?
  /// Of the models with other tokenizers how many of its tokens they lack, by name; empty in older
  /// logs.
  package var lackingCounts: [String: Int]

  /// A tokenizer.
  package init(
    digest: String, specialIDs: [Int], tokens: [[UInt8]]?, model: String? = nil,
    lackingCounts: [String: Int] = [:]
  ) {
    self.digest = digest
    self.specialIDs = specialIDs
    self.tokens = tokens
    self.model = model
    self.lackingCounts = lackingCounts
  }
}
