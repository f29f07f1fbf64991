internal import Plotting

/// How runs look in a study's figures: one colour for each name, in all of them.
///
/// The colour says whose texts a run learns from, in which order; marker and dash tell runs of one colour
/// apart, in grey print as well.
enum StudyStyle {
  /// What a run learns from.
  enum Family: CaseIterable {
    /// Nothing: base itself.
    case base
    /// Another one's texts.
    case imitation
    /// Its own texts.
    case own
    /// Another one's texts, then its own.
    case imitationFirst
    /// Its own texts, then another one's.
    case ownFirst
    /// Both at once.
    case mixed
    /// What its name doesn't say.
    case unknown

    var colour: Colour {
      switch self {
      case .base: .black
      case .imitation: .orange
      case .own: .blue
      case .imitationFirst: .reddishPurple
      case .ownFirst: .vermilion
      case .mixed: .bluishGreen
      case .unknown: .guide
      }
    }

    /// For captions.
    var words: String {
      switch self {
      case .base: "base"
      case .imitation: "a teacher's texts"
      case .own: "its own texts"
      case .imitationFirst: "a teacher's, then its own"
      case .ownFirst: "its own, then a teacher's"
      case .mixed: "both at once"
      case .unknown: "others"
      }
    }
  }

  private static let markers: [Style.Marker] = [
    .circle, .square, .triangle, .diamond, .ring, .frame, .cross,
  ]

  /// The family of a run, by its name or by that of the run whose variant it is.
  static func family(of name: String) -> Family {
    switch name {
    case "base": .base
    case "opd": .own
    case let name where name.hasPrefix("sft-own"): .own
    case let name where name.hasPrefix("sft-rl") || name == "rl-from-start": .imitationFirst
    case let name where name.hasPrefix("rl-sft"): .ownFirst
    case let name where name.hasPrefix("srft") || name.hasPrefix("sft-plus-rl"): .mixed
    case let name where name.hasPrefix("rl"): .own
    case let name where name.hasPrefix("sft"): .imitation
    default: .unknown
    }
  }

  /// The small pale marks of a run's seeds, beside those of their mean.
  static func ofSeeds(_ style: Style) -> Style {
    var pale = style
    (pale.colour, pale.markerSize) = (style.colour.mixedWithWhite(0.5), 0.25)
    return pale
  }

  /// The looks of runs that are drawn together; no two of one family are alike, up to seven.
  static func styles(of names: [String]) -> [Style] {
    var counts: [Family: Int] = [:]
    return names.map { name in
      let family = family(of: name)
      let place = counts[family, default: 0]
      counts[family] = place + 1
      return Style(
        colour: family.colour, dash: Style.Dash.allCases[place % Style.Dash.allCases.count],
        marker: markers[place % markers.count], markerSize: 0.45)
    }
  }
}
