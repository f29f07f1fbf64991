internal import Kernels

/// Keys and values of all layers that decoding keeps.
struct KeyValueCache: ~Copyable {
  private let width: Int
  private let promptRows: Int
  private let slots: Int
  private let capacity: Int
  /// `[layers, prompt rows, width]`.
  private let promptKeys: FloatBuffer
  private let promptValues: FloatBuffer
  /// `[layers, slots, capacity, width]`.
  private var keys: FloatBuffer
  private var values: FloatBuffer

  init(
    layers: Int, width: Int, promptKeys: consuming FloatBuffer,
    promptValues: consuming FloatBuffer, slots: Int, capacity: Int
  ) {
    (self.width, self.slots, self.capacity) = (width, slots, capacity)
    promptRows = promptKeys.count / max(layers * width, 1)
    self.promptKeys = promptKeys
    self.promptValues = promptValues
    keys = FloatBuffer(uninitialized: layers * slots * capacity * width)
    values = FloatBuffer(uninitialized: layers * slots * capacity * width)
  }

  /// Puts the new keys and values after those of each row.
  mutating func remember(
    layer: Int, _ places: [DecodingAttention.Row], _ activations: borrowing Activations
  ) {
    for (index, place) in places.enumerated() {
      let slot = (layer * slots + place.slot) * capacity + place.count - 1
      let source = index * width..<(index + 1) * width
      let target = slot * width..<(slot + 1) * width
      keys.copy(activations.keys.span.extracting(source), into: target)
      values.copy(activations.values.span.extracting(source), into: target)
    }
  }

  /// Attention of one new position per row.
  func attend(
    layer: Int, _ places: [DecodingAttention.Row], _ queries: borrowing FloatBuffer,
    heads: CausalAttention.Heads, settings: CausalAttention.Settings,
    into attended: inout FloatBuffer
  ) {
    let promptSize = promptRows * width
    let size = slots * capacity * width
    let prompt = layer * promptSize..<(layer + 1) * promptSize
    let own = layer * size..<(layer + 1) * size
    var output = attended.mutableSpan
    DecodingAttention.forward(
      queries: queries.span, promptKeys: promptKeys.span.extracting(prompt),
      promptValues: promptValues.span.extracting(prompt), keys: keys.span.extracting(own),
      values: values.span.extracting(own), capacity: capacity, rows: places, heads: heads,
      settings: settings, into: &output)
  }
}
