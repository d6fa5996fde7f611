// The completion script of bash, 3.2 and newer; the package bash-completion is not needed.

export const bashScript = `# bash completion for hitless; hitless completion --help says where to put it

_hitless() {
  local line=\${COMP_LINE:0:COMP_POINT} words program answer directive=4 prefix='' breaks word text
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  word=\${words[\${#words[@]} - 1]}
  program=$(type -P -- "\${words[0]}") || program=hitless
  answer=$("$program" __complete "\${words[@]:1}" 2>/dev/null) || return 0

  # Bash replaces only what stands behind the last = or : of a word.
  breaks=\${COMP_WORDBREAKS//[^=:]/}
  [[ -n $breaks && $word == *["$breaks"]* ]] && prefix=\${word%"\${word##*["$breaks"]}"}

  COMPREPLY=()
  while IFS=$'\\t' read -r text _; do
    case $text in
      :*) directive=\${text#:} ;;
      ?*) COMPREPLY+=("\${text#"$prefix"}") ;;
    esac
  done <<<"$answer"

  ((directive & 2)) && compopt -o nospace 2>/dev/null
  ((directive & 4)) && return 0
  _hitless_paths "\${word#"$prefix"}" "$((directive & 16))"
}

# Names of files, or only of folders, beside what there is already.
_hitless_paths() {
  local action=file option=default path
  (($2)) && action=directory option=dirnames
  # Readline knows best how names are quoted.
  ((\${#COMPREPLY[@]} == 0)) && compopt -o "$option" 2>/dev/null && return 0
  compopt -o filenames 2>/dev/null
  while IFS= read -r path; do
    COMPREPLY+=("$path")
  done < <(compgen -A "$action" -- "$1")
}

complete -F _hitless hitless
`;
