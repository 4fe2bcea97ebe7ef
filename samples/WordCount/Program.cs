using System.CommandLine;
using Orchestration.Samples.Shared;
using Orchestration.Samples.WordCount;
using Orchestration.Samples.WordCount.Workflows;

var files = new Argument<string[]>("files")
{
    Description = "The files to count; none: the documents that come with the sample.", Arity = ArgumentArity.ZeroOrMore,
};
var data = SampleCommand.DataOption("word-count");
var chunk = SampleCommand.NumberOption("--chunk", "About how many bytes a chunk has.", 8192, 64, 64 << 20);
var width = SampleCommand.NumberOption("--width", "How many activities run at once.", 8, 1, 500);
var atLeast = new Option<int?>("--at-least") { Description = "How many of the files have to be counted. Default: all." };
var top = SampleCommand.NumberOption("--top", "How many of the most frequent words are shown.", 10, 0, 10_000);
var command = new RootCommand("Counts the words of files: fans out over chunks and in again, and checks the sum.")
{
    files, data, chunk, width, atLeast, top,
};
command.Validators.Add(result =>
{
    var named = result.GetValue(files)!;
    foreach (var name in named.Where(Directory.Exists)) result.AddError($"{name} is a directory: name files.");
    if (result.GetValue(atLeast) is { } m && (m < 0 || (named.Length > 0 && m > named.Distinct().Count())))
        result.AddError("--at-least must be from 0 to the number of files.");
});
command.SetAction(parsed =>
{
    string[] named = [.. parsed.GetValue(files)!.Select(Path.GetFullPath).Distinct()];
    if (named.Length == 0)
    {
        var own = Path.Combine(AppContext.BaseDirectory, "texts");
        named = [.. Directory.EnumerateFiles(own, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
    }

    return CountCommand.RunAsync(parsed.GetValue(data)!, new CountRequest(
        named,
        parsed.GetValue(chunk),
        parsed.GetValue(width),
        parsed.GetValue(atLeast) ?? named.Length,
        parsed.GetValue(top)));
});
return await SampleCommand.RunAsync(command, args);
