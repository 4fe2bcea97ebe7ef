using Microsoft.CodeAnalysis;

namespace Orchestration.Analyzers;

/// <summary>
/// Whether a file has a word at all. Nearly all have not, and one search through their text spares the walk over their syntax,
/// which the compiler would have to make for each rule on a kind of node, through every declaration of every file.
/// </summary>
internal static class WordFilter
{
    /// <summary>Whether the word stands anywhere in the file.</summary>
    public static bool Has(SyntaxTree tree, string word, CancellationToken cancellationToken) =>
        tree.GetText(cancellationToken).ToString().IndexOf(word, StringComparison.Ordinal) >= 0;
}
