using Orchestration.Workflows;

namespace Orchestration.Silo.Tests.Api;

[Workflow("talk")]
public sealed class Talk : Workflow<string, string>
{
    private readonly List<string> _heard = [];
    private bool _ends;

    [Query]
    public IReadOnlyList<string> Heard() => _heard;

    [Signal]
    public void Say(string word)
    {
        _heard.Add(word);
        Context.SetStatus($"heard {_heard.Count}");
    }

    [Signal]
    public void End() => _ends = true;

    [Update]
    public async Task<int> CountAsync(string word)
    {
        await Task.CompletedTask;
        _heard.Add(word);
        return _heard.Count;
    }

    [UpdateValidator("Count")]
    public void MayCount(string word)
    {
        if (word.Length == 0) throw new ApplicationFailure("an empty word counts for nothing", "EmptyWord");
    }

    public override async Task<string> RunAsync(string input)
    {
        await Context.WhenAsync(() => _ends);
        return $"{input}: {string.Join(' ', _heard)}";
    }
}

[Workflow("refuse")]
public sealed class Refuse : Workflow<string, string>
{
    public override Task<string> RunAsync(string input) => throw new ApplicationFailure($"refused {input}", "Refused");
}

[Workflow("outside")]
public sealed class Outside : Workflow<string, string>
{
    public override Task<string> RunAsync(string input) => Context.Activities<IOutside>(new()
    {
        StartToCloseTimeout = TimeSpan.FromMinutes(5),
        Retry = RetryPolicy.None,
    }).AskAsync(input);
}

public interface IOutside
{
    Task<string> AskAsync(string question);
}

public sealed class OutsideActivities(ActivityContext context, Tokens tokens) : IOutside
{
    public Task<string> AskAsync(string question)
    {
        tokens.Of(question).TrySetResult(context.CompletionToken);
        throw new CompletedOutside();
    }
}

/// <summary>Sends a token out and waits for the answer.</summary>
[Workflow("approval")]
public sealed class Approval : Workflow<string, bool>
{
    public override async Task<bool> RunAsync(string input)
    {
        var token = Context.CreateToken<bool>("approval");
        await Context.Activities<IPost>(new() { StartToCloseTimeout = TimeSpan.FromMinutes(1) })
            .SendAsync(input, $"https://shop.example/approve?token={token.Token}&by=mail");
        return await token.WaitAsync();
    }
}

public interface IPost
{
    Task<string> SendAsync(string to, string link);
}

public sealed class Post(Tokens tokens) : IPost
{
    public Task<string> SendAsync(string to, string link)
    {
        tokens.Of(to).TrySetResult(link.Split("token=")[1].Split('&')[0]);
        return Task.FromResult(link);
    }
}

/// <summary>The tokens of attempts, by what they were asked.</summary>
public sealed class Tokens
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, TaskCompletionSource<string>> _tokens = new();

    public TaskCompletionSource<string> Of(string question) =>
        _tokens.GetOrAdd(question, static _ => new(TaskCreationOptions.RunContinuationsAsynchronously));
}
