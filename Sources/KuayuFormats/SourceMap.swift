/// Leads from an offset of derived bytes back to the offset of the source that they were made from.
///
/// Decoding GB 18030 or unescaping JSON inside JSON moves every byte. The map keeps the source and a sparse list of
/// checkpoints, so that making it costs next to nothing, and walks from the nearest checkpoint when it is asked.
public struct SourceMap: Sendable {
    /// How one source character becomes derived bytes.
    enum Rule: Sendable {
        case gb18030
        case jsonEscapes
    }

    /// A pair of offsets that belong together.
    struct Checkpoint: Sendable {
        let source: Int
        let derived: Int
    }

    /// One conversion.
    ///
    /// The first checkpoint stands at the start of the converted part.
    struct Walk: Sendable {
        let rule: Rule
        let source: [UInt8]
        let end: Int
        let checkpoints: [Checkpoint]
    }

    private enum Step: Sendable {
        case shift(Int)
        case walk(Walk)
    }

    /// Derived bytes between two checkpoints.
    static let stride = 256

    private let steps: [Step]

    private init(steps: [Step]) { self.steps = steps }

    /// The map of a document that was not converted.
    public static let identity = SourceMap(steps: [])

    /// The map of a part that starts at `offset` of its source and was copied byte by byte.
    static func shift(by offset: Int) -> SourceMap { SourceMap(steps: [.shift(offset)]) }

    static func walk(_ walk: Walk) -> SourceMap { SourceMap(steps: [.walk(walk)]) }

    /// The offset in the source of the character that made the byte at `derived`.
    ///
    /// An offset beyond the derived bytes gives the end of the source.
    public func sourceOffset(_ derived: Int) -> Int {
        steps.reduce(derived) { offset, step in
            switch step {
            case .shift(let distance): offset + distance
            case .walk(let walk): walk.sourceOffset(offset)
            }
        }
    }

    /// The composition: this map's source is what `outer` was derived to.
    ///
    /// For JSON inside JSON inside GB 18030: the map of the inner text, `then` the map of the document.
    public func then(_ outer: SourceMap) -> SourceMap { SourceMap(steps: steps + outer.steps) }
}

extension SourceMap.Walk {
    func sourceOffset(_ derived: Int) -> Int {
        let start = checkpoint(before: derived)
        var (at, made) = (start.source, start.derived)
        while made < derived && at < end {
            let (taken, given) = width(at)
            if made + given > derived { break }
            at += taken
            made += given
        }
        return min(at, end)
    }

    private func checkpoint(before derived: Int) -> SourceMap.Checkpoint {
        var low = 0
        var high = checkpoints.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if checkpoints[middle].derived <= derived { low = middle } else { high = middle }
        }
        return checkpoints[low]
    }

    private func width(_ at: Int) -> (source: Int, derived: Int) {
        switch rule {
        case .gb18030: GB18030.width(source.span, at)
        case .jsonEscapes: JSONEscapes.width(source.span, at)
        }
    }
}
