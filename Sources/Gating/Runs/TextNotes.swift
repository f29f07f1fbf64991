internal import JSON
internal import Tasks

/// What a gate reads of a text's other fields.
struct TextNotes {
  var marks: GateMarks
  /// Whether the answer has the form that was asked for, by the verdict of `evaluate`.
  var formed: Bool?
  /// At which it was sampled.
  var temperature: Double?

  /// - Parameters:
  ///   - members: of the line's object.
  ///   - source: who wrote the text; empty for unknown.
  init(_ members: [JSONMember], source: String) {
    func text(_ key: String) -> String? {
      members.first { $0.hasKey(key) }?.value.stringValue.flatMap { $0.isEmpty ? nil : $0 }
    }
    marks = GateMarks(source: source.isEmpty ? nil : source, category: text("category"))
    if let task = text("task") {
      // Problems of `evaluate` come in splits of different difficulty.
      marks.task = text("split").map { "\(task) \($0)" } ?? task
    }
    temperature = members.first { $0.hasKey("temperature") }?.value.doubleValue
    formed = text("verdict").flatMap(Verification.Reason.init(rawValue:)).map { reason in
      switch reason {
      case .correct, .wrongAnswer, .numbersMisused, .noValue: true
      case .noAnswer, .severalAnswers, .malformedAnswer, .unfinished: false
      }
    }
  }

  /// Of a log's text, whose other fields are a JSON object; what isn't one says nothing.
  init(metadata: String, source: String) {
    let value = try? JSONValue(parsing: Array(metadata.utf8), dialect: .python)
    self.init(value?.objectValue ?? [], source: source)
  }

  /// Whether a text ended by itself; nil where unknown.
  static func stopped(_ finish: String) -> Bool? { finish.isEmpty ? nil : finish == "stop" }
}
