/// The responses that one step learns from.
package struct UpdateBatch: Sendable, Equatable {
  /// One response with its prompt.
  package struct Row: Sendable, Equatable {
    /// The prompt, at least one token.
    package var promptIDs: [Int32]
    /// The response.
    package var responseIDs: [Int32]
    /// Who wrote it.
    package var kind: ObjectiveBatch.Kind
    /// Rows of one group share a prompt.
    package var group: Int
    /// 1 or 0.
    package var reward: Double
    /// log-probability of each token of the response under whoever wrote it, nats; empty if not
    /// known.
    package var behaviorLogProbs: [Double]
    /// The same under a frozen reference, where the objective asks for it.
    var referenceLogProbs: [Double] = []
    /// The same under the policy before the first update on this batch, where it asks for that.
    var oldPolicyLogProbs: [Double] = []
    /// Whether each token of the response counts; nil if all do.
    package var responseMask: [Bool]?
    /// The reward over the group's baseline.
    package var advantage = 0.0
    /// Whether rollouts answer the same prompt; set with the advantage.
    var hasRollouts = true

    /// A response.
    package init(
      promptIDs: [Int32], responseIDs: [Int32], kind: ObjectiveBatch.Kind, group: Int,
      reward: Double, behaviorLogProbs: [Double] = [], responseMask: [Bool]? = nil
    ) {
      precondition(
        behaviorLogProbs.isEmpty || behaviorLogProbs.count == responseIDs.count,
        "\(responseIDs.count) tokens, \(behaviorLogProbs.count) log-probabilities")
      precondition(
        responseMask.map { $0.count == responseIDs.count } ?? true,
        "\(responseIDs.count) tokens, a mask of \(responseMask?.count ?? 0)")
      self.promptIDs = promptIDs
      self.responseIDs = responseIDs
      (self.kind, self.group, self.reward) = (kind, group, reward)
      self.behaviorLogProbs = behaviorLogProbs
      self.responseMask = responseMask
    }

    /// Whether each token of the response counts.
    var counted: [Bool] { responseMask ?? Array(repeating: true, count: responseIDs.count) }

    /// Tokens in all.
    var tokenCount: Int { promptIDs.count + responseIDs.count }
  }

  /// The responses; those of a group need not stand together.
  package var rows: [Row]

  /// Some responses.
  package init(rows: [Row]) { self.rows = rows }

  /// Tokens in all, prompts included.
  package var tokenCount: Int { rows.reduce(0) { $0 + $1.tokenCount } }

  /// Sets the advantages of all rows.
  ///
  /// - Returns: the outcome of each group.
  mutating func assignAdvantages(
    _ objective: RunObjective
  ) throws(ObjectiveError) -> [Int: GroupOutcome] {
    var batch = objectiveBatch(of: Array(rows.indices))
    let outcomes = try objective.assignAdvantages(to: &batch)
    for (index, row) in batch.rows.enumerated() {
      (rows[index].advantage, rows[index].hasRollouts) = (row.advantage, row.hasRollouts)
    }
    return outcomes
  }

  /// The batch in parts of whole groups, for one update each.
  ///
  /// Groups are dealt out in turn, those with rollouts and those of nothing but demonstrations apart, so
  /// that each part has its share of both. Rows keep their order, advantages have to be set before.
  ///
  /// - Parameter count: of parts, where there are as many groups.
  /// - Returns: the parts, none of them empty.
  package func miniBatches(_ count: Int) -> [Self] {
    guard count > 1 else { return [self] }
    let sampled = Set(rows.filter { $0.kind == .rollout }.map(\.group))
    var places: [Int: Int] = [:]
    var dealt = [true: 0, false: 0]
    for row in rows where places[row.group] == nil {
      let hasRollouts = sampled.contains(row.group)
      places[row.group] = dealt[hasRollouts, default: 0] % count
      dealt[hasRollouts, default: 0] += 1
    }
    return (0..<count).map { part in Self(rows: rows.filter { places[$0.group] == part }) }
      .filter { !$0.rows.isEmpty }
  }

  /// Rows that go through the model together: of one kind, at most `tokens` long together unless a
  /// single one is longer.
  func parts(tokens: Int) -> [[Int]] {
    ObjectiveBatch.Kind.allCases.flatMap { kind in
      var parts: [[Int]] = []
      var room = 0
      for index in rows.indices where rows[index].kind == kind {
        if rows[index].tokenCount > room || parts.isEmpty {
          parts.append([])
          room = tokens
        }
        parts[parts.count - 1].append(index)
        room -= rows[index].tokenCount
      }
      return parts
    }
  }

  /// What objectives see of some rows: response tokens only, one row after the other.
  ///
  /// - Parameters:
  ///   - indices: which rows.
  ///   - policyLogProbs: of their response tokens; zeros if empty.
  ///   - entropies: the same.
  /// - Returns: rows in the order of `indices`.
  func objectiveBatch(
    of indices: [Int], policyLogProbs: [Double] = [], entropies: [Double] = []
  ) -> ObjectiveBatch {
    var objectiveRows: [ObjectiveBatch.Row] = []
    var count = 0
    for row in indices.map({ rows[$0] }) {
      var objectiveRow = ObjectiveBatch.Row(
        tokens: count..<count + row.responseIDs.count, kind: row.kind, group: row.group,
        reward: row.reward, advantage: row.advantage)
      objectiveRow.hasRollouts = row.hasRollouts
      objectiveRows.append(objectiveRow)
      count += row.responseIDs.count
    }
    let zeros = [Double](repeating: 0, count: count)
    /// One number per token, or nothing where a row has none.
    func flat(_ path: KeyPath<Row, [Double]>) -> [Double]? {
      let values = indices.flatMap { rows[$0][keyPath: path] }
      return values.count == count && count > 0 ? values : nil
    }
    return ObjectiveBatch(
      rows: objectiveRows, policyLogProbs: policyLogProbs.isEmpty ? zeros : policyLogProbs,
      entropies: entropies.isEmpty ? zeros : entropies,
      behaviorLogProbs: flat(\.behaviorLogProbs), oldPolicyLogProbs: flat(\.oldPolicyLogProbs),
      referenceLogProbs: flat(\.referenceLogProbs),
      responseMask: indices.contains { rows[$0].responseMask != nil }
        ? indices.flatMap { rows[$0].counted } : nil)
  }
}
