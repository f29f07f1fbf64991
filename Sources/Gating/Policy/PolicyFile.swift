package import Analysis
internal import Foundation
internal import Yams

/// A policy as a YAML file writes it.
package enum PolicyFile {
  /// Longer files are no policies.
  private static let mostBytes = 1 << 20

  /// Reads a file.
  ///
  /// - Parameter path: of YAML.
  /// - Returns: the policy; what the file lacks is as in `GatePolicy.standard`.
  /// - Throws: `GateInputError`, `GateError`.
  package static func read(_ path: String) throws -> GatePolicy {
    let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
    guard (size ?? 0) <= mostBytes else {
      throw GateInputError(path, "is too long for a policy: name a YAML file")
    }
    let text: String
    do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw GateInputError(
        path, "cannot be read as a text: name a YAML file, or leave --policy out")
    }
    return try policy(yaml: text, path: path)
  }

  /// Reads a text.
  ///
  /// - Parameters:
  ///   - yaml: of a file.
  ///   - path: its path, for errors.
  /// - Returns: the policy; what the text lacks is as in `GatePolicy.standard`.
  /// - Throws: as `read`.
  package static func policy(yaml: String, path: String) throws -> GatePolicy {
    let root = try PolicyNode(yaml: yaml, path: path)
    try root.check(["alpha", "looks", "state", "metrics", "slices"])
    var policy = GatePolicy.standard
    policy.alpha = try root.number("alpha") ?? policy.alpha
    policy.looks = try root.integer("looks") ?? policy.looks
    policy.stateFile = try root.text("state") ?? policy.stateFile
    if let metrics = try root.mapping("metrics") {
      policy.rules = try metrics.members().map { name, node in
        guard let metric = GateMetric(rawValue: name) else {
          let known = GateMetric.known.map(\.rawValue).joined(separator: ", ")
          throw metrics.error("'\(name)' is no metric: there are \(known), and training/COLUMN")
        }
        return try rule(metric, node)
      }
    }
    if let slices = try root.mapping("slices") {
      try slices.check(["by", "gate"])
      policy.slices = try slices.list("by").map { name in
        guard let kind = GateSlice.Kind(rawValue: name) else {
          let known = GateSlice.Kind.allCases.map(\.rawValue).joined(separator: ", ")
          throw slices.error("by: '\(name)' is no slice: there are \(known)")
        }
        return kind
      }
      policy.gatesSlices = try slices.flag("gate") ?? false
    }
    do { try policy.validate() } catch { throw GateInputError(path, "\(error)") }
    return policy
  }

  private static func rule(_ metric: GateMetric, _ node: PolicyNode?) throws -> GateRule {
    var rule = GateRule.standard(metric)
    guard let node else { return rule }
    try node.check(["worse", "margin", "at-least", "role"])
    if let worse = try node.choice("worse", GateRule.Direction.self) { rule.worse = worse }
    if let text = try node.text("margin") {
      rule.margin = try margin(text, metric, node)
      // Whoever gives a metric a margin wants it judged.
      if rule.role == .shown { rule.role = .gated }
    } else if try node.text("at-least") != nil {
      throw node.error("at-least: goes with a margin in percent")
    }
    if let role = try node.choice("role", GateRule.Role.self) { rule.role = role }
    return rule
  }

  private static func margin(
    _ text: String, _ metric: GateMetric, _ node: PolicyNode
  ) throws -> GateRule.Margin {
    let least = try node.number("at-least")
    guard text.hasSuffix("%") else {
      guard least == nil else { throw node.error("at-least: goes with a margin in percent") }
      guard let value = Double(text), value.isFinite else {
        throw node.error("margin: '\(text)' is no number, nor a share such as 25%")
      }
      return .absolute(value: value)
    }
    guard metric.unit != .share else {
      throw node.error("margin: '\(text)' could be points or a share; write 0.02 for 2 points")
    }
    let digits = text.dropLast().trimmingCharacters(in: .whitespaces)
    guard let percent = Double(digits), percent.isFinite else {
      throw node.error("margin: '\(text)' is no number, nor a share such as 25%")
    }
    return .relative(share: percent / 100, atLeast: least ?? 0)
  }
}
