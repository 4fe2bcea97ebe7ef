using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Orchestration.Cli.Output;

/// <summary>Shows answers: tables for people, JSON for programs. Errors and progress go to the other stream.</summary>
internal sealed class Printer(bool isJson, TextWriter output)
{
    private const int WidePipe = 250;

    private readonly Lazy<IAnsiConsole> _console = new(() => Make(output));

    /// <summary>Whether programs read it.</summary>
    public bool IsJson => isJson;

    /// <summary>Writes a line; nothing for programs, which have the JSON.</summary>
    public void Line(string text)
    {
        if (!isJson) output.WriteLine(Json.Safe(text));
    }

    /// <summary>Says that something is done: a line for people, an object for programs.</summary>
    public void Done(string text, params ReadOnlySpan<(string Name, JsonNode? Value)> facts)
    {
        if (!isJson)
        {
            Line(text);
            return;
        }

        var about = new JsonObject();
        foreach (var (name, value) in facts) about[name] = value;
        output.WriteLine(about.ToJsonString());
    }

    /// <summary>Writes JSON, where programs read.</summary>
    public void Raw(JsonElement value)
    {
        if (isJson) output.WriteLine(Json.Compact(value));
    }

    /// <summary>Writes JSON for both.</summary>
    public void Value(JsonElement value) => output.WriteLine(isJson ? Json.Compact(value) : Json.Safe(Json.Pretty(value)));

    /// <summary>Writes a table; of programs, nothing.</summary>
    public void Table(IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (isJson) return;
        var table = new Table().Border(TableBorder.None);
        foreach (var column in columns) table.AddColumn(new TableColumn($"[bold]{Markup.Escape(column)}[/]").NoWrap());
        foreach (var row in rows) table.AddRow([.. row.Select(static c => new Text(Json.Safe(c).ReplaceLineEndings(" ")))]);
        _console.Value.Write(table);
    }

    /// <summary>Writes names and values under each other; those without a value are left out.</summary>
    public void Facts(params ReadOnlySpan<(string Name, string Value)> facts)
    {
        if (isJson) return;
        var width = 0;
        foreach (var (name, value) in facts)
            if (value.Length > 0) width = Math.Max(width, name.Length);
        foreach (var (name, value) in facts)
            if (value.Length > 0) output.WriteLine($"{name.PadRight(width)}  {Json.Safe(value)}");
    }

    /// <summary>Does something that takes long, with a bar on a terminal that people look at.</summary>
    public static async Task<T> WithProgressAsync<T>(string what, Func<Action<double, double>, Task<T>> work)
    {
        if (Console.IsErrorRedirected) return await work(static (_, _) => { });
        var console = Make(Console.Error);
        return await console.Progress().AutoClear(true).Columns(
            new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn()).StartAsync(
            async context =>
            {
                var task = context.AddTask(Markup.Escape(what));
                task.IsIndeterminate = true;
                return await work((done, total) =>
                {
                    task.IsIndeterminate = total <= 0;
                    task.MaxValue = Math.Max(1, total);
                    task.Value = done;
                });
            });
    }

    private static IAnsiConsole Make(TextWriter writer)
    {
        var isTerminal = ReferenceEquals(writer, Console.Out) ? !Console.IsOutputRedirected
            : ReferenceEquals(writer, Console.Error) && !Console.IsErrorRedirected;
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = isTerminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        if (!isTerminal) console.Profile.Width = WidePipe; // a file has no edge at which to cut
        return console;
    }
}
