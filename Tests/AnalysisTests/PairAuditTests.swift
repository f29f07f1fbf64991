import Analysis
import Foundation
import RunLogs
import StatisticalInference
import TestSupport
import Testing

/// An audit of planted logs, against a slow walk over their tokens.
@Suite struct PairAuditTests {
  /// Texts by both models of the first pair and by nobody known, answers to 45 prompts.
  private static func planted(seed: UInt64) -> PlantedLog {
    var generator = SeededGenerator(seed: seed)
    var log = PlantedLog()
    var moved = MovedMass()
    for text in 0..<600 {
      let count = 3 + Int(generator.next() % 9)
      let start = 1 + Int(generator.next() % 2)
      var values: [PlantedLog.Values] = []
      for _ in 0..<count {
        var value = PlantedLog.Values(isMeasured: generator.next() % 9 != 0)
        let p = -abs(generator.normal())
        let q = -abs(generator.normal())
        value.models[0] = [.logProbability: Float(p), .entropy: Float(abs(generator.normal()))]
        value.models[1] = [.logProbability: Float(q), .entropy: Float(abs(generator.normal()))]
        value.integers[0] = [.rank: 1 + UInt32(generator.next() % 14)]
        value.pairs[0] = [
          .jensenShannonDivergence: Float(min(exp(generator.normal() - 4), 0.69)),
          .logProbabilityChange: Float(q - p), .probabilityChange: Float(exp(q) - exp(p)),
          .entropyChange: Float(generator.normal() / 5),
          .klBeforeAfter: Float(abs(generator.normal())),
          .klAfterBefore: Float(abs(generator.normal())),
          .totalVariationDistance: Float.random(in: 0...1, using: &generator),
        ]
        values.append(value)
      }
      log.add(
        "t\(text)", prompt: "p\(text % 45)", source: ["a", "b", ""][text / 200],
        responseStart: start, tokens: (0..<count).map { _ in UInt32(generator.next() % 3) },
        values: values)
      let ids = (0..<7).filter { _ in generator.next() % 3 != 0 }.map { UInt32($0) }
      let positions = values.indices.count { $0 >= start && values[$0].isMeasured }
      moved.append(
        tokens: positions == 0 ? [] : ids,
        gained: positions == 0
          ? [] : ids.map { _ in Float.random(in: 0...0.05, using: &generator) },
        lost: positions == 0 ? [] : ids.map { _ in Float.random(in: 0...0.05, using: &generator) },
        positions: positions, dropped: 0)
    }
    log.moved = [moved, moved]
    return log
  }

  /// Measured tokens of one author's responses.
  private static func tokens(_ log: PlantedLog, by author: String) -> [PlantedLog.Token] {
    log.allTokens.filter { $0.source == author && $0.isResponse && $0.isMeasured }
  }

  private static func value(
    _ log: PlantedLog, _ measure: PositionMeasure, _ token: PlantedLog.Token
  ) -> Double {
    Double(log.block.pairs[0][measure.column][token.index])
  }

  /// One mean per prompt, prompts by their ids.
  private static func promptMeans(
    _ log: PlantedLog, _ tokens: [PlantedLog.Token], _ value: (PlantedLog.Token) -> Double
  ) -> [(prompt: String, mean: Double)] {
    Dictionary(grouping: tokens) { log.block.sequences[$0.sequence].promptID }
      .sorted { $0.key < $1.key }
      .map { ($0.key, $0.value.reduce(0) { $0 + value($1) } / Double($0.value.count)) }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `tokens have the means, halves and verdicts of a slow walk`(seed: UInt64) throws {
    let log = Self.planted(seed: seed)
    try log.withLog { table in
      let audit = try PairAudit(of: PlantedLog.first, in: table)
      #expect(audit.authors.map(\.name) == ["a", "b", ""])
      let ranks = Dictionary(
        uniqueKeysWithValues: Set(log.block.sequences.map(\.promptID)).sorted().enumerated().map {
          ($1, $0)
        })
      for author in audit.authors {
        let own = Self.tokens(log, by: author.name)
        #expect(author.positionCount == own.count)
        let byToken = Dictionary(grouping: own, by: \.id)
        let judged = byToken.filter { entry in
          Set(entry.value.map { log.block.sequences[$0.sequence].promptID }).count >= 30
        }
        #expect(author.tokens.groups.count == judged.count && judged.count > 2, "seed \(seed)")
        #expect(author.tokens.rareCount == byToken.count - judged.count)
        let order = author.tokens.groups.compactMap { group -> UInt32? in
          guard case .token(let id) = group.group else { return nil }
          return id
        }
        for measure in PositionMeasure.allCases {
          var (bounds, wide) = (StudentBounds(level: 0.95), StudentBounds(level: 0.99))
          let means = order.map { id in
            Self.promptMeans(log, judged[id] ?? []) { Self.value(log, measure, $0) }
          }
          let family = VerdictFamily(
            members: means.map {
              VerdictFamily.Member(Moments($0.map(\.mean)), bias: 0, &bounds, &wide)
            }, isSigned: measure.isSigned)
          for (index, group) in author.tokens.groups.enumerated() {
            let name = "seed \(seed), \(author.name), \(order[index]), \(measure)"
            let found = try #require(group.means[measure])
            #expect(group.occurrences == judged[order[index]]?.count, "\(name)")
            #expect(group.promptCount == means[index].count, "\(name)")
            let expected = Estimate.mean(ofPrompts: means[index].map(\.mean))
            expectClose(found.estimate.value, expected.value, absolute: 1e-13, name)
            // A few dozen additions; ends of a range may lie inside.
            let range = measure.column.range
            for (end, own) in [
              (found.estimate.lower, expected.lower), (found.estimate.upper, expected.upper),
            ] {
              let end = try #require(end)
              let own = try #require(own)
              let kept = range.map { min(max(own, $0.lowerBound), $0.upperBound) } ?? own
              expectClose(end, kept, absolute: 1e-11, name)
            }
            for (place, margin) in measure.margins.enumerated() {
              #expect(
                found.verdicts[place] == family.verdicts(margin: margin)[index],
                "\(name), \(margin)"
              )
            }
            #expect(found.verdict == found.verdicts[1])
            let even = means[index].filter { (ranks[$0.prompt] ?? 0) % 2 == 0 }.map(\.mean)
            let odd = means[index].filter { (ranks[$0.prompt] ?? 0) % 2 == 1 }.map(\.mean)
            expectClose(
              found.evenMean ?? .nan, even.reduce(0, +) / Double(even.count), absolute: 1e-13, name)
            expectClose(
              found.effect?.value ?? .nan, odd.reduce(0, +) / Double(odd.count), absolute: 1e-13,
              name)
            #expect(found.effect?.clusters == odd.count)
          }
        }
        for (index, group) in author.tokens.groups.enumerated() {
          let all = judged[order[index]] ?? []
          let changed = all.count { Self.value(log, .divergence, $0) > 0.01 }
          expectClose(
            group.changedShare ?? .nan, Double(changed) / Double(all.count), absolute: 1e-12)
        }
      }
    }
  }

  @Test(arguments: [4, 5] as [UInt64])
  func `tokens in a row are means over the row`(seed: UInt64) throws {
    let log = Self.planted(seed: seed)
    try log.withLog { table in
      let audit = try PairAudit(of: PlantedLog.first, in: table)
      for author in audit.authors {
        let own = Self.tokens(log, by: author.name)
        let byIndex = Dictionary(uniqueKeysWithValues: own.map { ($0.index, $0) })
        var rows: [[UInt32]: [String: [Double]]] = [:]
        for token in own {
          for length in 2...3 {
            let row = (0..<length).compactMap { byIndex[token.index - $0] }
            guard row.count == length, row.allSatisfy({ $0.sequence == token.sequence }) else {
              continue
            }
            let mean = row.reduce(0) { $0 + Self.value(log, .entropy, $1) } / Double(length)
            let prompt = log.block.sequences[token.sequence].promptID
            rows[row.reversed().map(\.id), default: [:]][prompt, default: []].append(mean)
          }
        }
        let grams = try #require(author.grams)
        #expect(grams.rareGroups.isEmpty && !grams.groups.isEmpty)
        #expect(grams.groups.count == rows.values.count { $0.count >= 30 })
        #expect(grams.rareCount == rows.values.count { $0.count < 30 })
        for group in grams.groups {
          guard case .gram(let ids) = group.group else { continue }
          let means = try #require(rows[ids]).values.map { $0.reduce(0, +) / Double($0.count) }
          // Means over a row are kept in single precision.
          expectClose(
            group.means[.entropy]?.estimate.value ?? .nan,
            means.reduce(0, +) / Double(means.count), absolute: 1e-7, "seed \(seed), \(ids)")
        }
      }
    }
  }

  @Test(arguments: [6, 7] as [UInt64])
  func `moved mass is the mean over prompts of all their positions`(seed: UInt64) throws {
    let log = Self.planted(seed: seed)
    try log.withLog { table in
      let audit = try PairAudit(of: PlantedLog.first, in: table)
      let moved = try #require(log.moved)[0]
      for author in audit.authors {
        let found = try #require(author.moved)
        #expect(found.isExact)
        var byPrompt: [String: (positions: Double, net: [UInt32: Double], gained: [UInt32: Double])]
        byPrompt = [:]
        for (text, record) in log.block.sequences.enumerated()
        where record.source == author.name && moved.positions[text] > 0 {
          var part = byPrompt[record.promptID] ?? (0, [:], [:])
          let weight = Double(moved.positions[text])
          part.positions += weight
          for entry in moved.entries(ofText: text) {
            let (up, down) = (Double(moved.gained[entry]), Double(moved.lost[entry]))
            part.net[moved.tokens[entry], default: 0] += (up - down) * weight
            part.gained[moved.tokens[entry], default: 0] += up * weight
          }
          byPrompt[record.promptID] = part
        }
        #expect(found.promptCount == byPrompt.count)
        var net = 0.0
        for token in 0..<7 as Range<UInt32> {
          let values = byPrompt.values.map { ($0.net[token] ?? 0) / $0.positions }
          let mean = values.reduce(0, +) / Double(values.count)
          net += abs(mean) / 2
          let known = byPrompt.values.count { $0.net[token] != nil }
          let row = found.tokens.first { $0.token == token }
          #expect((row != nil) == (known >= 30), "seed \(seed), \(token)")
          guard let row else { continue }
          #expect(row.promptCount == known)
          expectClose(row.net.estimate.value, mean, absolute: 1e-14)
          let gained = byPrompt.values.map { ($0.gained[token] ?? 0) / $0.positions }
          expectClose(row.gained, gained.reduce(0, +) / Double(gained.count), absolute: 1e-14)
          let expected = Estimate.mean(ofPrompts: values, within: -1...1)
          // Texts of this log list all: nothing is dropped, and no mean is off for want of an entry.
          expectClose(row.net.estimate.lower ?? .nan, expected.lower ?? .nan, absolute: 1e-12)
          expectClose(row.net.estimate.upper ?? .nan, expected.upper ?? .nan, absolute: 1e-12)
        }
        expectClose(found.net ?? .nan, net, absolute: 1e-13)
        let variations = Self.promptMeans(log, Self.tokens(log, by: author.name)) {
          Double(log.block.pairs[0][.totalVariationDistance][$0.index])
        }.map(\.mean)
        expectClose(
          found.totalVariation.value, variations.reduce(0, +) / Double(variations.count),
          absolute: 1e-13)
      }
    }
  }

  @Test(arguments: [8, 9] as [UInt64])
  func `estimators are those of the definition`(seed: UInt64) throws {
    let log = Self.planted(seed: seed)
    try log.withLog { table in
      let audit = try PairAudit(of: PlantedLog.first, in: table)
      #expect(audit.authors[2].estimators == nil, "nobody's texts estimate nothing")
      for (author, sign) in zip(audit.authors.prefix(2), [1.0, -1]) {
        let own = Self.tokens(log, by: author.name)
        let full = own.map {
          Double(log.block.pairs[0][sign > 0 ? .klBeforeAfter : .klAfterBefore][$0.index])
        }
        let ratios = own.map { sign * Self.value(log, .logProbability, $0) }
        let values: [String: [Double]] = [
          "full": full, "k1": ratios.map { -$0 }, "k2": ratios.map { $0 * $0 / 2 },
          "k3": ratios.map { exp($0) - 1 - $0 },
        ]
        let found = try #require(author.estimators)
        #expect(found.map(\.name) == ["full", "k1", "k2", "k3"])
        for estimator in found {
          let own = try #require(values[estimator.name])
          let n = Double(own.count)
          let mean = own.reduce(0, +) / n
          expectClose(estimator.mean.value, mean, absolute: 1e-12)
          expectClose(
            estimator.variance, own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n,
            absolute: 1e-10)
          if estimator.name != "full" {
            expectClose(
              estimator.bias?.value ?? .nan, mean - full.reduce(0, +) / n, absolute: 1e-12)
          }
        }
        #expect(found[0].effectiveSampleSize == Double(own.count))
      }
    }
  }

  @Test(arguments: [10, 11] as [UInt64])
  func `shares count positions beyond each margin, with bounds`(seed: UInt64) throws {
    let log = Self.planted(seed: seed)
    try log.withLog { table in
      let audit = try PairAudit(of: PlantedLog.first, in: table)
      for author in audit.authors {
        let own = Self.tokens(log, by: author.name)
        for measure in PositionMeasure.allCases {
          let shares = try #require(author.shares[measure])
          #expect(shares.map(\.margin) == measure.margins)
          for share in shares {
            let values = own.map { Self.value(log, measure, $0) }
            func part(_ holds: (Double) -> Bool) -> Double {
              Double(values.count(where: holds)) / Double(values.count)
            }
            let limit = measure.onScale(share.margin)
            expectClose(share.share.value, part { abs($0) > share.margin }, absolute: 1e-12)
            // All in 32 bits: numbers are exact to 1e-4 on their scale.
            expectClose(
              share.least, part { measure.onScale(abs($0)) - Double(Float(1e-4)) > limit },
              absolute: 1e-12)
            expectClose(
              share.most, part { measure.onScale(abs($0)) + Double(Float(1e-4)) >= limit },
              absolute: 1e-12)
          }
        }
      }
    }
  }

  @Test func `few prompts give counts and no verdict`() throws {
    try PlantedLog.random(seed: 3).withLog { table in
      let audit = try PairAudit(of: PlantedLog.first, in: table)
      for author in audit.authors {
        #expect(author.tokens.groups.isEmpty)
        #expect(author.tokens.rareGroups.count == author.tokens.rareCount)
        #expect(
          author.tokens.rareGroups.reduce(0) { $0 + $1.occurrences } == author.positionCount)
        #expect(author.moved == nil, "neither moved mass nor lists of tokens")
      }
    }
  }
}
