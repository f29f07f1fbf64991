internal import CHDF5
internal import Synchronization

/// The one lock around libhdf5, and the files that are open under it.
///
/// Thread-safe builds of the library serialise themselves, others crash; the lock makes both the
/// same. Handles live in this table, so that no `deinit` ever has to call into the library.
enum HDF5Library {
  struct State: Sendable {
    var isStarted = false
    var lastKey = 0
    var files: [Int: OpenFile] = [:]
  }

  private static let state = Mutex(State())

  /// Runs `body` alone, with error printing off on this thread.
  static func locked<Result: Sendable>(
    _ body: (inout State) throws(HDF5Error) -> Result
  ) throws(HDF5Error) -> Result {
    try state.withLock { (state: inout State) throws(HDF5Error) -> Result in
      if !state.isStarted {
        // Every file is closed by its owner. The library's own clean-up at exit would write to
        // files whose closing failed (a full disk), and complain on standard error.
        H5dont_atexit()
        state.isStarted = true
      }
      chdf5_silence()
      return try body(&state)
    }
  }
}

/// An open file and the datasets that were used: they stay open, and with them their chunk caches,
/// so that appending a few rows does not compress a chunk again each time.
struct OpenFile: Sendable {
  let id: hid_t
  let isWriting: Bool
  /// What was read of the file's global heaps, without the library.
  var heap = GlobalHeap()
  /// Objects whose header names nothing in a heap that is damaged, by the bytes of their paths.
  var checked: Set<[UInt8]> = []
  /// Why others can't be opened.
  var damaged: [[UInt8]: HDF5Error] = [:]
  /// By the bytes of the path: equal Swift strings may differ in bytes, and HDF5 sees bytes.
  var datasets: [[UInt8]: hid_t] = [:]
}

/// Calls `body` with a fresh handle and closes it whatever happens.
func withHandle<Result>(
  _ id: hid_t, closing close: (hid_t) -> herr_t, or failure: @autoclosure () -> HDF5Error,
  _ body: (hid_t) throws(HDF5Error) -> Result
) throws(HDF5Error) -> Result {
  guard id >= 0 else { throw failure() }
  defer { _ = close(id) }
  return try body(id)
}

/// A property list for the creation of objects that carry no times; the caller closes it.
func withoutTimes(_ kind: hid_t) -> hid_t {
  let list = H5Pcreate(kind)
  if list >= 0 { H5Pset_obj_track_times(list, false) }
  return list
}
