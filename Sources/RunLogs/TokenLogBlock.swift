/// One text of a log: its ids and what the input said about it.
package struct SequenceRecord: Equatable, Sendable {
  /// The text's id in the input.
  package var id: String
  /// Which prompt it answers.
  package var promptID: String
  /// The number of the response among those to the same prompt.
  package var sampleID: Int
  /// Who wrote the response, say a model's name; empty if unknown.
  package var source: String
  /// Why the response ended; empty if unknown.
  package var finish: String
  /// Whether the response is correct; nil if unknown.
  package var isCorrect: Bool?
  /// The response's reward; nil if unknown.
  package var reward: Double?
  /// All other fields of the text's line, as a JSON object.
  package var metadata: String
  /// Prompt and response.
  package var tokenIDs: [UInt32]
  /// Index in `tokenIDs` of the response's first token; its count if the response is empty.
  package var responseStart: Int
  /// Whether each of the response's tokens counts as one; nil if all do.
  package var responseMask: [Bool]?

  /// A text.
  package init(
    id: String, promptID: String, sampleID: Int = 0, source: String = "", finish: String = "",
    isCorrect: Bool? = nil, reward: Double? = nil, metadata: String = "{}", tokenIDs: [UInt32],
    responseStart: Int, responseMask: [Bool]? = nil
  ) {
    precondition(
      (0...tokenIDs.count).contains(responseStart),
      "the response starts at \(responseStart) of \(tokenIDs.count) tokens")
    self.id = id
    self.promptID = promptID
    self.sampleID = sampleID
    self.source = source
    self.finish = finish
    self.isCorrect = isCorrect
    self.reward = reward
    self.metadata = metadata
    self.tokenIDs = tokenIDs
    precondition(
      responseMask.map { $0.count == tokenIDs.count - responseStart } ?? true,
      "a mask of \(responseMask?.count ?? 0) for \(tokenIDs.count - responseStart) response tokens")
    self.responseStart = responseStart
    self.responseMask = responseMask
  }

  /// Whether a token counts as one of the response.
  func isResponse(_ token: Int) -> Bool {
    token >= responseStart && responseMask?[token - responseStart] ?? true
  }

  subscript(text: SequenceText) -> String {
    switch text {
    case .id: id
    case .promptID: promptID
    case .source: source
    case .finish: finish
    case .metadata: metadata
    }
  }
}

/// What one model says about each token; all arrays over the same tokens.
package struct ModelColumns: Equatable, Sendable {
  /// log p_y, nats.
  package var logProbability: [Float] = []
  /// Nats.
  package var entropy: [Float] = []
  /// Nats².
  package var varentropy: [Float] = []
  /// Of the most likely token, nats.
  package var topLogProbability: [Float] = []
  /// Log-sum-exp of the raw logits, nats.
  package var logPartition: [Float] = []
  /// ln of the mass of ids that not all models have, nats.
  package var extraLogMass: [Float] = []
  /// 1 = most likely; 0 where not measured.
  package var rank: [UInt32] = []
  /// Id of the most likely token; 0 where not measured.
  package var topToken: [UInt32] = []
  /// `[tokens × k]`, most likely first.
  package var topK = TopK()
  /// Why a token has no numbers under this model; empty if for the block's reasons.
  package var unmeasured: [UnmeasuredReason] = []
  /// What the model says in another precision; empty if it was not asked.
  package var replicate = Replicate()
  /// Of imported models whose distributions are known in part.
  package var bounds: [ModelBound: [Float]] = [:]

  /// Empty columns.
  package init() {}

  /// One column of 32-bit numbers.
  package subscript(column: ModelColumn) -> [Float] {
    get {
      switch column {
      case .logProbability: logProbability
      case .entropy: entropy
      case .varentropy: varentropy
      case .topLogProbability: topLogProbability
      case .logPartition: logPartition
      case .extraLogMass: extraLogMass
      }
    }
    set {
      switch column {
      case .logProbability: logProbability = newValue
      case .entropy: entropy = newValue
      case .varentropy: varentropy = newValue
      case .topLogProbability: topLogProbability = newValue
      case .logPartition: logPartition = newValue
      case .extraLogMass: extraLogMass = newValue
      }
    }
  }

  /// One column of whole numbers.
  package subscript(column: ModelIndexColumn) -> [UInt32] {
    get {
      switch column {
      case .rank: rank
      case .topToken: topToken
      }
    }
    set {
      switch column {
      case .rank: rank = newValue
      case .topToken: topToken = newValue
      }
    }
  }
}

/// The k most likely tokens of each position.
package struct TopK: Equatable, Sendable {
  /// `[tokens × k]`, most likely first.
  package var ids: [UInt32]
  /// `[tokens × k]`, nats.
  package var logProbabilities: [Float]
  /// `[tokens]`, the log of the mass outside the k, nats.
  package var restLogMass: [Float]

  /// The k most likely tokens of each position.
  package init(ids: [UInt32] = [], logProbabilities: [Float] = [], restLogMass: [Float] = []) {
    self.ids = ids
    self.logProbabilities = logProbabilities
    self.restLogMass = restLogMass
  }
}

/// A model's numbers in another precision, to tell how much that matters.
package struct Replicate: Equatable, Sendable {
  /// log p_y, nats.
  package var logProbability: [Float]
  /// Nats.
  package var entropy: [Float]

  /// Both, one for each token.
  package init(logProbability: [Float] = [], entropy: [Float] = []) {
    self.logProbability = logProbability
    self.entropy = entropy
  }
}

/// How two models differ at each token; all arrays over the same tokens.
package struct PairColumns: Equatable, Sendable {
  private var columns: [PairColumn: [Float]] = [:]
  /// Jensen-Shannon divergence in another precision, nats, NaN where not asked; empty if never.
  package var replicate: [Float] = []
  /// Over the block's texts; nil in a log without moved mass.
  package var moved: MovedMass?
  /// Of imported models whose distributions are known in part.
  package var bounds: [PairBound: [Float]] = [:]

  /// Empty columns.
  package init() {}

  /// One column.
  package subscript(column: PairColumn) -> [Float] {
    get { columns[column] ?? [] }
    set { columns[column] = newValue }
  }
}

/// Some whole sequences with everything measured on them; arrays are flat over their tokens.
package struct TokenLogBlock: Equatable, Sendable {
  /// The texts.
  package var sequences: [SequenceRecord]
  /// Why a token has no numbers, for each token.
  package var unmeasured: [UnmeasuredReason]
  /// In the order of the header's models.
  package var models: [ModelColumns]
  /// In the order of the header's pairs.
  package var pairs: [PairColumns]

  /// A block.
  package init(
    sequences: [SequenceRecord], unmeasured: [UnmeasuredReason], models: [ModelColumns],
    pairs: [PairColumns]
  ) {
    self.sequences = sequences
    self.unmeasured = unmeasured
    self.models = models
    self.pairs = pairs
  }

  /// The number of tokens, prompts and responses.
  package var tokenCount: Int { sequences.reduce(0) { $0 + $1.tokenIDs.count } }
}
