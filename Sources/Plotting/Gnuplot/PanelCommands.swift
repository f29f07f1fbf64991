/// gnuplot's commands for one panel.
struct PanelCommands {
  private let placed: PlacedPanel
  private let width: Double
  private let height: Double
  private var area: Rectangle { placed.area }
  private var panel: Panel { placed.panel }

  init(_ placed: PlacedPanel, layout: Layout) {
    self.placed = placed
    (width, height) = (layout.width, layout.height)
  }

  // MARK: Settings

  /// Everything before `plot`.
  func settings() -> [String] {
    var lines = [
      "reset",
      "set datafile separator \"\\t\"",
      "set lmargin at screen \(fraction(area.left, width))",
      "set rmargin at screen \(fraction(area.right, width))",
      "set bmargin at screen \(fraction(area.bottom, height))",
      "set tmargin at screen \(fraction(area.top, height))",
      panel.x.isVisible
        ? "set border 15 linewidth \(NumberText.exact(Typography.axisWidth))" : "unset border",
    ]
    lines += axis("x", placed.x, offset: "0,0.35")
    lines += axis("y", placed.y, offset: "0.4,0")
    lines += axisLabels()
    lines += colourScale()
    return lines
  }

  private func axis(_ letter: String, _ resolved: ResolvedAxis, offset: String) -> [String] {
    let range = "[\(NumberText.exact(resolved.low)):\(NumberText.exact(resolved.high))]"
    var lines = ["set \(letter)range \(range)"]
    if resolved.axis.scale == .logarithmic { lines.append("set logscale \(letter)") }
    guard resolved.axis.isVisible else { return lines + ["unset \(letter)tics"] }
    lines.append(
      "set \(letter)tics in mirror scale 0.5,0.25 font ',8' offset \(offset) \(tickList(resolved))")
    return lines
  }

  private func tickList(_ resolved: ResolvedAxis) -> String {
    let marks = resolved.ticks.map { tick in
      let value = NumberText.exact(tick.value)
      guard resolved.axis.showsText else { return "'' \(value) \(tick.text == .none ? 1 : 0)" }
      return switch tick.text {
      case .none: "'' \(value) 1"
      case .plain(let text): "\(GnuplotText.quotedForMarkup(text)) \(value)"
      case .powerOfTen(let power): "'10^{\(minus(power))}' \(value)"
      }
    }
    return "(" + marks.joined(separator: ", ") + ")"
  }

  private func minus(_ power: Int) -> String { power < 0 ? "\u{2212}\(-power)" : "\(power)" }

  private func axisLabels() -> [String] {
    var lines: [String] = []
    if let title = panel.title {
      let text = TextMetrics.shortened(
        GnuplotText.printable(title), to: area.width + 8, size: Typography.baseSize)
      let y = area.top + (panel.subtitle == nil ? 7 : 17)
      lines.append(label(text, x: area.middleX, y: y, options: "center"))
    }
    if let subtitle = panel.subtitle {
      lines.append(
        label(subtitle, x: area.middleX, y: area.top + 7, options: "center font ',8'"))
    }
    if panel.x.isVisible, panel.x.showsText, !panel.x.label.isEmpty {
      let y = area.bottom - Typography.tickSize - Typography.gap - 7
      lines.append(label(panel.x.label, x: area.middleX, y: y, options: "center"))
    }
    if panel.y.isVisible, panel.y.showsText, !panel.y.label.isEmpty {
      let x = area.left - placed.y.tickTextWidth - 2 * Typography.gap - 4
      // A little longer than the area is fine: margins are above and below it.
      let text = TextMetrics.shortened(
        panel.y.label, to: area.height + 14, size: Typography.baseSize)
      lines.append(label(text, x: x, y: area.middleY, options: "center rotate by 90"))
    }
    if let note = panel.note {
      for (index, line) in note.lines.enumerated() {
        let x = note.corner.isLeft ? area.left + 5 : area.right - 5
        let step = Double(index) * Typography.lineHeight
        let last = Double(note.lines.count - 1) * Typography.lineHeight
        let y = note.corner.isTop ? area.top - 8 - step : area.bottom + 8 + last - step
        lines.append(
          label(line, x: x, y: y, options: "\(note.corner.isLeft ? "left" : "right") font ',8'"))
      }
    }
    return lines
  }

  private func colourScale() -> [String] {
    guard let scale = panel.colours, let axis = placed.colours else { return ["unset colorbox"] }
    let stops = scale.palette.stops.enumerated().map { "\($0) '\($1.hexadecimal)'" }
    var lines = [
      "set palette defined (\(stops.joined(separator: ", ")))",
      "set cbrange [\(NumberText.exact(axis.low)):\(NumberText.exact(axis.high))]",
    ]
    if axis.axis.scale == .logarithmic { lines.append("set logscale cb") }
    let thickness = ColourBar.thickness
    switch scale.bar {
    case .none: lines.append("unset colorbox")
    case .right:
      let left = area.right + ColourBar.distance
      lines += colourBox(
        "vertical",
        Rectangle(left: left, bottom: area.bottom, right: left + thickness, top: area.top))
      lines.append("set cbtics offset -0.5,0 scale 0.25 font ',8' \(tickList(axis))")
      let x = left + thickness + 2 * Typography.gap + axis.tickTextWidth + 5
      lines.append(label(axis.axis.label, x: x, y: area.middleY, options: "center rotate by 90"))
    case .below:
      let bar = Rectangle(left: width * 0.3, bottom: 25, right: width * 0.7, top: 25 + thickness)
      lines += colourBox("horizontal", bar)
      lines.append("set cbtics offset 0,0.5 scale 0.25 font ',8' \(tickList(axis))")
      lines.append(label(axis.axis.label, x: bar.middleX, y: 6, options: "center"))
    }
    return lines
  }

  private func colourBox(_ direction: String, _ bar: Rectangle) -> [String] {
    [
      "set style line 1 linewidth \(NumberText.exact(Typography.axisWidth)) linecolor rgb '#000000'",
      "set colorbox \(direction) user origin screen \(point(bar.left, bar.bottom))"
        + " size screen \(point(bar.width, bar.height)) border 1",
    ]
  }

  // MARK: Legend

  /// The legend, drawn in the first panel.
  func legend(_ legend: LegendLayout, in layout: Layout) -> [String] {
    var lines: [String] = []
    var before: Colour?
    for (entry, origin) in zip(legend.entries, legend.origins(in: layout)) {
      let right = origin.x + LegendLayout.sampleWidth
      switch entry.sample {
      case .line:
        // gnuplot's SVG joins neighbours of one colour to one path, with the first one's dashes.
        if before == entry.style.colour {
          let here = point(origin.x, origin.y)
          lines.append("set arrow from screen \(here) to screen \(here) nohead linecolor 'white'")
        }
        before = entry.style.colour
        lines.append(
          "set arrow from screen \(point(origin.x, origin.y)) to screen \(point(right, origin.y))"
            + " nohead \(StyleText.line(entry.style))")
        if entry.hasMarker { lines.append(marker(entry, origin)) }
      case .point: lines.append(marker(entry, origin))
      case .area(let isOutlined):
        let border =
          isOutlined
          ? "border linecolor rgb '\(entry.style.colour.hexadecimal)'" : "noborder"
        lines.append(
          "set object rectangle from screen \(point(origin.x, origin.y - 3))"
            + " to screen \(point(right, origin.y + 3)) fillcolor rgb"
            + " '\(entry.style.colour.hexadecimal)' fillstyle"
            + " \(StyleText.transparency(entry.style)) \(border)"
            + " linewidth \(NumberText.exact(entry.style.lineWidth))")
      }
      lines.append(
        label(entry.name, x: right + Typography.gap, y: origin.y, options: "left font ',8'"))
    }
    return lines
  }

  /// A point in the middle of a sample.
  private func marker(_ entry: LegendLayout.Entry, _ origin: (x: Double, y: Double)) -> String {
    let middle = origin.x + LegendLayout.sampleWidth / 2
    return
      "set label '' at screen \(point(middle, origin.y)) point \(StyleText.point(entry.style))"
  }

  // MARK: Plot

  /// The `plot` command; appends the values to the data file.
  func plot(file: String, panel number: Int, data: inout DataFile) -> [String] {
    var elements: [String] = []
    for series in panel.series {
      let index = data.append(series, panel: number)
      let floor = NumberText.exact(placed.y.low)
      elements += SeriesText.elements(series, floor: floor).map { "'\(file)' index \(index) \($0)" }
    }
    return elements.enumerated().map { index, element in
      (index == 0 ? "plot " : "  ") + element + " notitle"
        + (index < elements.count - 1 ? ", \\" : "")
    }
  }

  // MARK: Pieces

  private func label(_ text: String, x: Double, y: Double, options: String) -> String {
    "set label \(GnuplotText.label(text)) at screen \(point(x, y)) \(options) noenhanced front"
  }

  private func point(_ x: Double, _ y: Double) -> String {
    fraction(x, width) + "," + fraction(y, height)
  }

  private func fraction(_ length: Double, _ whole: Double) -> String {
    NumberText.coordinate(length / whole)
  }
}
