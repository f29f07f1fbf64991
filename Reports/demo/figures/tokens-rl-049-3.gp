# Tokens of rl-049-3 by change of probability
#
# Tokens of the response rl-049-3 in reading order. Colour: change of the probability of the
# token, Δp = q(y) − p(y), where p is the model before and q the model after, both given the
# same preceding tokens. Blue with a bar above: more likely after; orange with a bar below: less
# likely (bars from |Δp| = 0.100). Hatched: not measured. A dot marks a space, ¶ a new line, → a
# tabulator; bytes that are no text stand in ‹ ›; □ in the PDF is a character that its fonts may
# lack. Pairs: base → sft; base → rl.
#
# Run in this folder, gnuplot 5.4 or newer:  gnuplot tokens-rl-049-3.gp
# It reads tokens-rl-049-3.tsv and writes tokens-rl-049-3.svg and tokens-rl-049-3.pdf.

set encoding utf8
do for [format in 'svg pdf'] {
  if (format eq 'svg') {
    set terminal svg size 486,76 fixed enhanced font 'Liberation Sans,9' dashlength 2 name 'f_tokens_rl_049_3' background '#ffffff'
    text_column = 7
  } else {
    set terminal pdfcairo size 486./72,76./72 enhanced font 'Liberation Sans,9' fontscale 0.75 linewidth 2 dashlength 3.636 background '#ffffff'
    # 8: characters that a PDF's fonts may lack are boxes; 7: as they are, as in the SVG
    text_column = 8
  }
  set output 'tokens-rl-049-3.'.format
  set multiplot

  # panel 1
  reset
  set datafile separator "\t"
  set lmargin at screen 0.01029
  set rmargin at screen 0.48971
  set bmargin at screen 0.47368
  set tmargin at screen 0.80263
  unset border
  set xrange [0:233]
  unset xtics
  set yrange [0:25]
  unset ytics
  set label 'base → sft' at screen 0.25,0.89474 center noenhanced front
  set palette defined (0 '#e88a2e', 1 '#f6c48e', 2 '#ffffff', 3 '#a9cfeb', 4 '#4c9bd3')
  set cbrange [-1:1]
  set style line 1 linewidth 0.5 linecolor rgb '#000000'
  set colorbox horizontal user origin screen 0.3,0.32895 size screen 0.4,0.09211 border 1
  set cbtics offset 0,0.5 scale 0.25 font ',8' ('−1.0' -1, '−0.5' -0.5, '0.0' 0, '0.5' 0.5, '1.0' 1)
  set label 'change of token probability Δp' at screen 0.5,0.07895 center noenhanced front
  plot 'tokens-rl-049-3.tsv' index 0 using (strcol(5) eq 'NaN' ? NaN : ($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette linewidth 0.4 fillstyle solid border rgb '#b0b0b0' notitle, \
    'tokens-rl-049-3.tsv' index 0 using 1:($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN)):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000' notitle, \
    'tokens-rl-049-3.tsv' index 0 using (($1+$2)/2):(($3+$4)/2):text_column with labels center noenhanced font 'Liberation Mono,7' notitle

  # panel 2
  reset
  set datafile separator "\t"
  set lmargin at screen 0.51029
  set rmargin at screen 0.98971
  set bmargin at screen 0.47368
  set tmargin at screen 0.80263
  unset border
  set xrange [0:233]
  unset xtics
  set yrange [0:25]
  unset ytics
  set label 'base → rl' at screen 0.75,0.89474 center noenhanced front
  set palette defined (0 '#e88a2e', 1 '#f6c48e', 2 '#ffffff', 3 '#a9cfeb', 4 '#4c9bd3')
  set cbrange [-1:1]
  unset colorbox
  plot 'tokens-rl-049-3.tsv' index 1 using (strcol(5) eq 'NaN' ? NaN : ($1+$2)/2):(($3+$4)/2):1:2:3:4:5 with boxxyerror linecolor palette linewidth 0.4 fillstyle solid border rgb '#b0b0b0' notitle, \
    'tokens-rl-049-3.tsv' index 1 using 1:($6 > 0 ? $4 : ($6 < 0 ? $3 : NaN)):($2-$1):(0) with vectors nohead linewidth 1.4 linecolor rgb '#000000' notitle, \
    'tokens-rl-049-3.tsv' index 1 using (($1+$2)/2):(($3+$4)/2):text_column with labels center noenhanced font 'Liberation Mono,7' notitle

  unset multiplot
  set output
}
