package import Analysis
package import RunLogs

/// What a gate's page shows beside the findings; empty parts are left out.
package struct GateDetails: Sendable {
  /// One run's answer to a prompt.
  package struct Answer: Sendable, Equatable {
    /// Whose it is.
    package let title: String
    /// As it was written.
    package let text: String

    package init(title: String, text: String) { (self.title, self.text) = (title, text) }
  }

  /// A prompt with the answers of both sides.
  package struct Example: Sendable, Equatable {
    /// Its id.
    package let prompt: String
    /// Empty where no file has it.
    package let question: String
    /// The metric in both runs at this prompt.
    package let change: String
    /// The baseline's, then the candidate's.
    package let answers: [Answer]

    package init(prompt: String, question: String, change: String, answers: [Answer]) {
      (self.prompt, self.question, self.change) = (prompt, question, change)
      self.answers = answers
    }
  }

  /// Named facts under one head.
  package struct Facts: Sendable {
    let title: String
    let facts: [Report.Fact]

    package init(_ title: String, _ facts: [(name: String, value: String)]) {
      self.title = title
      self.facts = facts.filter { !$0.value.isEmpty }
        .map { Report.Fact(name: $0.name, value: $0.value) }
    }
  }

  /// In the order of the page.
  package var examples: [Example] = []
  /// How they were chosen.
  package var choice = ""
  /// Of training logs.
  package var training: FigureSet?
  /// What both sides rest on.
  package var record: [Facts] = []
  /// What couldn't be shown.
  package var notes: [String] = []
  private(set) var tokens: [Table] = []
  private(set) var texts: TextExamples?
  private(set) var textChoice = ""

  package init() {}

  /// More rows make nobody read on.
  private static let mostTokens = 12

  /// Adds a table of tokens that changed in one author's texts, or in a part of them.
  ///
  /// - Parameters:
  ///   - place: what part that is, as it stands in the title.
  ///   - audit: of that part.
  ///   - table: of the same log.
  package mutating func addTokens(_ place: String, _ audit: PairAudit, in table: TokenTable) {
    let tables = AuditTables(audit, in: table)
    for author in audit.shownAuthors {
      guard !author.tokens.groups.isEmpty else {
        notes.append("\(place): no token is in enough prompts for a verdict on it.")
        continue
      }
      var tokens = tables.tokens(
        author, by: author.moved == nil ? .js : .moved, limit: Self.mostTokens)
      guard !tokens.rows.isEmpty else { continue }
      tokens.title = "\(VisibleText.shortened(place, to: 80)): \(tokens.title)"
      self.tokens.append(tokens)
    }
  }

  /// Shows texts token by token.
  ///
  /// - Parameters:
  ///   - texts: their places in the log.
  ///   - pair: under which.
  ///   - table: of the log.
  ///   - choice: how they were chosen.
  /// - Throws: `RunLogError` if the log can't be read.
  package mutating func setTexts(
    _ texts: [Int], _ pair: PairName, in table: TokenTable, choice: String
  ) throws {
    self.texts = try TextExamples(of: texts, pairs: [pair], in: table)
    textChoice = choice
  }

  /// Adds what a token log says about itself.
  package mutating func addRecord(_ title: String, of log: TokenLog) {
    let models = log.header.models.map { model in
      let parts = [
        model.folder, model.architecture, model.storedTypes.joined(separator: "+"),
        "computed in \(model.computeType)", "weights \(model.weightsDigest)",
      ]
      return Report.Fact(
        name: "model \(VisibleText.shortened(model.name, to: 60))",
        value: parts.filter { !$0.isEmpty }.joined(separator: ", "))
    }
    record.append(Facts(title, Report.facts(of: log) + models))
  }
}

extension GateDetails.Facts {
  fileprivate init(_ title: String, _ facts: [Report.Fact]) {
    (self.title, self.facts) = (title, facts)
  }
}
