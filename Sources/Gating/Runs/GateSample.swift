internal import Analysis

/// What is known of a text beside its numbers: by what slices are cut.
struct GateMarks: Sendable, Hashable {
  var source: String?
  var task: String?
  var category: String?
}

/// What one text, or the tokens of one text in a range of places, adds to a metric.
struct GateSample: Sendable {
  let prompt: String
  /// X.
  var sum: Double
  /// N.
  var count: Double
  let marks: GateMarks
  /// The range of places that its tokens are in; nil of a whole text.
  var band: PositionBand?

  /// The slice of a kind that it is in; nil where nothing says so.
  func slice(_ kind: GateSlice.Kind) -> String? {
    switch kind {
    case .source: marks.source
    case .task: marks.task
    case .category: marks.category
    case .position: band?.name
    }
  }
}

/// Ranges of places in a response, each four times as long as the one before.
enum PositionBand: Int, Sendable, CaseIterable {
  case first, second, third, rest

  init(place: Int) {
    self = place < 16 ? .first : place < 64 ? .second : place < 256 ? .third : .rest
  }

  /// From 0.
  var places: Range<Int> {
    switch self {
    case .first: 0..<16
    case .second: 16..<64
    case .third: 64..<256
    case .rest: 256..<Int.max
    }
  }

  var name: String {
    switch self {
    case .first: "1 to 16"
    case .second: "17 to 64"
    case .third: "65 to 256"
    case .rest: "257 on"
    }
  }
}

/// A metric of one run.
struct GateColumn: Sendable {
  var samples: [GateSample] = []
  /// What the same measurement in another precision changes, in the metric's unit.
  var noise: Double?

  /// Adds up tokens of a text by their range of places; NaN makes the text's prompt unmeasured.
  mutating func add(
    prompt: String, marks: GateMarks, tokens: some Sequence<(place: Int, value: Double)>
  ) {
    var sums = [Double](repeating: 0, count: PositionBand.allCases.count)
    var counts = sums
    for (place, value) in tokens {
      let band = PositionBand(place: place).rawValue
      sums[band] += value
      counts[band] += 1
    }
    for band in PositionBand.allCases where counts[band.rawValue] > 0 {
      samples.append(
        GateSample(
          prompt: prompt, sum: sums[band.rawValue], count: counts[band.rawValue], marks: marks,
          band: band))
    }
  }

  /// By prompt; all of it, or a slice.
  func values(_ slice: GateSlice? = nil) -> PromptValues {
    let chosen = samples.lazy.filter { sample in
      slice.map { sample.slice($0.kind) == $0.name } ?? true
    }
    return PromptValues(chosen.map { (prompt: $0.prompt, sum: $0.sum, count: $0.count) })
  }

  /// Names of a kind's slices.
  func names(_ kind: GateSlice.Kind) -> Set<String> { Set(samples.compactMap { $0.slice(kind) }) }
}
