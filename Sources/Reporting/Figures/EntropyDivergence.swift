internal import Analysis
import Foundation
package import Plotting

/// How far each position's distribution moved against how uncertain the model before was there, as a density:
/// a row of panels for each pair, a panel for each author.
package enum EntropyDivergence {
  /// One author's texts under one pair.
  package struct Input: Sendable {
    package let pair: PairLabel
    /// Who wrote the texts.
    package let author: String
    /// Entropy before of each position, nats, finite.
    package let entropies: [Double]
    /// Jensen-Shannon divergence of each, nats, finite.
    package let divergences: [Double]
    /// Entropy from which on a position is a fork, nats.
    package let threshold: Double

    /// - Parameters:
    ///   - pair: before and after.
    ///   - author: as panels name it.
    ///   - entropies: of each position before, nats.
    ///   - divergences: of each position, nats.
    ///   - threshold: entropy of a fork at least, nats.
    package init(
      pair: PairLabel, author: String, entropies: [Double], divergences: [Double],
      threshold: Double
    ) {
      precondition(entropies.count == divergences.count)
      (self.pair, self.author) = (pair, author)
      (self.entropies, self.divergences) = (entropies, divergences)
      self.threshold = threshold
    }

    /// Share of the positions beyond the margin that are forks; nil without any.
    package func forksAmongChanged(margin: Double) -> Double? {
      let changed = divergences.indices.filter { divergences[$0] > margin }
      guard !changed.isEmpty else { return nil }
      return Double(changed.count { entropies[$0] >= threshold }) / Double(changed.count)
    }
  }

  /// The smallest divergence shown, as the power of ten; what is below stands there.
  package static let smallest = -7.0
  /// More rows than these can't be read.
  package static let mostPairs = 3
  /// More panels in a row neither.
  package static let mostAuthors = 3

  private static let name = "entropy and divergence"

  /// Draws them all on the same axes and colours.
  ///
  /// - Parameters:
  ///   - rows: for each pair its authors; as many in each row.
  ///   - margin: beyond which a position changed, nats.
  /// - Returns: the figure.
  /// - Throws: `FigureError` without a pair, or with an author of whom nothing was measured.
  package static func figure(
    _ rows: [[Input]], margin: Double
  ) throws(FigureError) -> Figure {
    guard let first = rows.first, !first.isEmpty else { throw .noPairs(figure: name) }
    for input in rows.joined() where input.entropies.isEmpty {
      throw .nothingMeasured(figure: name, pair: input.pair.text)
    }
    let highest = rows.joined().flatMap(\.entropies).max() ?? 0
    let edge = highest > 0 ? highest * 1.02 : 1
    let maps = rows.map { row in
      row.map { input in
        PlaneDensity.map(
          zip(input.entropies, input.divergences).map {
            ($0, log10(max($1, pow(10, smallest))))
          }, x: 0...edge, y: smallest...0)
      }
    }
    let counts = PlaneDensity.counts(maps.flatMap(\.self))
    let columns = first.count
    let width: ColumnWidth = columns == 1 ? .single : columns == 2 ? .text : .full
    let panels = rows.indices.map { row in
      rows[row].indices.map { column in
        panel(
          rows[row][column], maps[row][column], edge: edge, margin: margin, counts: counts,
          isFirst: column == 0, isLast: column == columns - 1, isLowest: row == rows.count - 1,
          titleWidth: (width.points - 45) / Double(columns) - 35)
      }
    }
    return Figure(
      title: "Entropy before and divergence",
      caption: """
        Jensen-Shannon divergence of the next-token distributions before and after (nats, logarithmic) against \
        the entropy before (nats), position by position, in each author's texts apart. Colour: number of \
        positions in a bin, logarithmic; divergences below 1e\u{2212}7 stand at the lower edge. Above the \
        dashed line positions changed (JS > \(margin.formattedMargin)), right of the dotted line are \
        forks, the fifth with most entropy. The number says which part of the changed positions are forks; the \
        table beside it says what random changes of logits give. n: \
        \(rows.joined().map { "\($0.pair.text) in \($0.author)'s texts \(Number.count($0.entropies.count))" }.joined(separator: "; ")).
        """,
      width: width, height: .panelAspect(0.85), rows: panels, legend: .none)
  }

  private static func panel(
    _ input: Input, _ map: DensityMap, edge: Double, margin: Double, counts: Axis, isFirst: Bool,
    isLast: Bool, isLowest: Bool, titleWidth: Double
  ) -> Panel {
    let share = input.forksAmongChanged(margin: margin).map(FigureText.percent) ?? "none"
    let author = TextMetrics.shortened("\(input.author)'s texts", to: titleWidth, size: 8)
    return Panel(
      title: input.pair.text(within: titleWidth, size: 9), subtitle: "\(author): \(share)",
      x: Axis(isLowest ? "entropy before" : "", unit: isLowest ? "nats" : nil, range: 0...edge),
      y: Axis(
        isFirst ? "JS" : "", unit: isFirst ? "nats" : nil, range: smallest...0,
        ticks: .at(
          stride(from: smallest + 1, through: 0, by: 2).map {
            .init($0, $0 == 0 ? "1" : "1e\u{2212}\(Int(-$0))")
          })),
      series: [
        Series(nil, .density(map)),
        Series(
          style: Style(colour: .black, dash: .dashed, lineWidth: 0.6),
          .line(x: [0, edge], y: [log10(margin), log10(margin)])),
        Series(
          style: Style(colour: .black, dash: .dotted, lineWidth: 0.9),
          .line(x: [input.threshold, input.threshold], y: [smallest, 0])),
      ],
      colours: ColourScale(palette: .sequential, axis: counts, bar: isLast ? .right : .none))
  }
}
