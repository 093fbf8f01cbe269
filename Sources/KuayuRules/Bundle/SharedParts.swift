public import KuayuModel

/// 一表申请、一套材料: what the children of a bundle share with its main case.
///
/// A later change of the main case goes into every child that has not ended, value by value, as a three-way merge: what
/// the main case changed is taken over where the child still has what the main case had before; where the child has
/// its own, it keeps it.
public enum SharedParts {
    /// The child after the main case went from `before` to `after`; nil when nothing of it changes.
    public static func follow(_ child: CaseRecord, from before: CaseRecord, to after: CaseRecord) -> CaseRecord? {
        var result = child
        for field in BundleField.sharedScalars {
            if let value = taken(child[field], before[field], after[field]) { result[field] = value }
        }
        for (list, columns) in BundleField.sharedLists where before[list] != after[list] {
            result.update(list) { follow(&$0, from: before[list], to: after[list], columns) }
        }
        return result == child ? nil : result
    }

    private static func follow(
        _ rows: inout [CaseRow], from before: [CaseRow], to after: [CaseRow], _ columns: [Field]
    ) {
        for row in after {
            let old = before.first { $0.hasKey(of: row) }
            guard let index = rows.firstIndex(where: { $0.hasKey(of: row) }) else {
                if old == nil { rows.append(row) }
                continue
            }
            for field in columns {
                if let value = taken(rows[index][field], old?[field], row[field]) { rows[index][field] = value }
            }
        }
    }

    /// The value that the child takes over; nil when it keeps its own.
    private static func taken(_ child: String?, _ before: String?, _ after: String?) -> String? {
        guard let after, after != before, child != after else { return nil }
        return child == before ? after : nil
    }
}
