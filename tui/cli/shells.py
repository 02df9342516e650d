"""How bash, zsh and fish ask for completions, where what click gives them falls short of our words.

Our words contain `=`, `,` and `:`. Bash splits the line at `=` and `:`, so it is asked for the line itself and given
what stands after its own idea of a word. Fish gets a word and its description whole. A word that ends in `=` gets no
space.
"""

from __future__ import annotations

import os
import re

from click.shell_completion import (
    BashComplete,
    CompletionItem,
    FishComplete,
    ShellComplete,
    ZshComplete,
    add_completion_class,
    split_arg_string,
)

BASH = """\
%(complete_func)s() {
    local completion
    COMPREPLY=()
    while IFS= read -r completion; do
        case $completion in
            dir,*) compopt -o dirnames ;;
            file,*) compopt -o default ;;
            plain,*)
                [[ $completion == *= ]] && compopt -o nospace
                COMPREPLY+=("${completion#plain,}") ;;
        esac
    done < <(env COMP_LINE="${COMP_LINE:0:COMP_POINT}" COMP_WORD="${COMP_WORDS[COMP_CWORD]}" \\
        %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""
ZSH = """\
#compdef %(prog_name)s
%(complete_func)s() {
    local line value description
    local -a plain begun
    for line in "${(@f)$(env COMP_LINE="${(j: :)words[1,CURRENT]}" %(complete_var)s=zsh_complete %(prog_name)s)}"; do
        case $line in
            dir,*) _path_files -/ ;;
            file,*) _path_files -f ;;
            plain,*=:*) begun+=("${line#plain,}") ;;
            plain,*) plain+=("${line#plain,}") ;;
        esac
    done
    (( $#plain )) && _describe -V values plain -U
    (( $#begun )) && _describe -V settings begun -U -S ''
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""
FISH = """\
function %(complete_func)s
    for completion in (env COMP_LINE=(commandline -cp | string collect) %(complete_var)s=fish_complete %(prog_name)s)
        switch $completion
            case 'dir,*'
                __fish_complete_directories (commandline -ct)
            case 'file,*'
                __fish_complete_path (commandline -ct)
            case '*'
                string replace 'plain,' '' -- $completion
        end
    end
end
complete --no-files --keep-order --command %(prog_name)s --arguments '(%(complete_func)s)'
"""
# What bash breaks words at and hands over as a word of its own; the cursor is behind it then, at an empty word.
BREAKS = re.compile(r"[=:><]+")
UNSAFE = re.compile(r"[^\w@%+=:,./-]")


class _Shell(ShellComplete):
    """Is given the line as typed, up to the cursor, in COMP_LINE."""

    def get_completion_args(self) -> tuple[list[str], str]:
        return _split(os.environ["COMP_LINE"])


class Bash(_Shell, BashComplete):
    """Is given what bash takes for the last word in COMP_WORD as well; words come back for it, escaped."""

    source_template = BASH

    def format_completion(self, item: CompletionItem) -> str:
        whole, word = _split(os.environ["COMP_LINE"])[1], os.environ["COMP_WORD"]
        if word[:1] in ("'", '"'):
            return f"{item.type},{item.value}"
        own = "" if BREAKS.fullmatch(word) else _split(word)[1]
        before = len(whole) - len(own) if whole.endswith(own) else 0
        return f"{item.type},{UNSAFE.sub(_escaped, item.value[before:])}"


class Zsh(_Shell, ZshComplete):
    """Gets words as `_describe` takes them: a colon and the description behind, colons of their own escaped."""

    source_template = ZSH

    def format_completion(self, item: CompletionItem) -> str:
        value = str(item.value).replace("\\", "\\\\").replace(":", "\\:")
        return f"{item.type},{value}:{item.help or ''}"


class Fish(_Shell, FishComplete):
    """Gets words with their descriptions behind a tab, as click writes them."""

    source_template = FISH


for shell in (Bash, Zsh, Fish):
    add_completion_class(shell)


def _split(line: str) -> tuple[list[str], str]:
    """The arguments on a line, the command left out, and the word that the line ends in, which may be empty."""
    end = "\x03"  # A letter that nobody types, so that an empty last word is a word.
    words = split_arg_string(line + end)
    return words[1:-1], words[-1].removesuffix(end)


def _escaped(match: re.Match[str]) -> str:
    return "\\" + match[0]
