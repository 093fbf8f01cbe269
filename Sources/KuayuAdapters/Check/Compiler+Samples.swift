import KuayuFormats
import KuayuModel

extension Compiler {
    /// KA091: samples without golden cases.
    mutating func checkGoldens() {
        for sample in files.samples {
            let golden = SampleNames.golden(of: sample)
            if files.files[golden] == nil {
                reporter.warning(
                    "KA091", .whole(sample), "The sample has no golden case `\(golden)`.",
                    help: "Write it with KUAYU_UPDATE_GOLDEN=1 and review it.")
            }
        }
    }
}

/// Names of the files beside a sample.
public enum SampleNames {
    /// `samples/01-new.xml` → `samples/01-new.case.json`.
    public static func golden(of sample: String) -> String { stem(sample) + ".case.json" }

    /// `samples/bad/01-count.txt` → `samples/bad/01-count.issues.txt`.
    public static func issues(of sample: String) -> String { stem(sample) + ".issues.txt" }

    private static func stem(_ sample: String) -> String {
        guard let dot = sample.lastIndex(of: ".") else { return sample }
        return String(sample[..<dot])
    }
}

extension Adapter {
    /// Every local path that the samples show.
    func localPaths(in files: AdapterFiles) -> Set<String> {
        var paths: Set<String> = []
        for sample in files.samples {
            guard let bytes = files.files[sample] else { continue }
            for item in read(bytes).cases {
                guard let (tape, root) = document(item.bytes) else { continue }
                Self.gather(tape, root, "", &paths)
            }
        }
        return paths
    }

    private static func gather(_ tape: Tape, _ node: Int, _ prefix: String, _ paths: inout Set<String>) {
        for child in tape.children(of: node) {
            let isNamed = tape.nodes[child].nameStart < tape.nodes[child].nameEnd
            let name = isNamed ? tape.name(child) : ""
            let path = prefix.isEmpty ? name : isNamed ? "\(prefix)/\(name)" : prefix
            if isNamed { paths.insert(path) }
            gather(tape, child, path, &paths)
        }
    }
}
